# What the steps share: where the reports go, how the command line is called, what the change is compared with.
home=$(cd "$(dirname "$0")/.." && pwd)
reports=${CLOUD_ENTITIES_REPORTS:-reports}
mkdir -p "$reports"

entities() {
  node "$home/bin/cloud-entities.mjs" "$@"
}

# The branch that a merge request goes into; nothing where there is none.
if [ -n "${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}" ]; then
  base=origin/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME
elif [ -n "${GITHUB_BASE_REF:-}" ]; then
  base=origin/$GITHUB_BASE_REF
else
  base=
fi

# How large a comment may be there, and where all of the review stands.
if [ "${GITLAB_CI:-}" = true ]; then
  budget=999000
  link=$CI_JOB_URL/artifacts/file/$reports/page.html
elif [ "${GITHUB_ACTIONS:-}" = true ]; then
  budget=65000
  link=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID#artifacts
else
  budget=60000
  link=
fi

# One comment for each choice of environments.
comment=$reports/comment${CLOUD_ENTITIES_ENVIRONMENT:+-$CLOUD_ENTITIES_ENVIRONMENT}.md

# Shows a comment on the page of the run too.
summarise() {
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$1" ]; then cat "$1" >>"$GITHUB_STEP_SUMMARY"; fi
}
