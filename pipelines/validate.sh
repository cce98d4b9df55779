#!/bin/sh
# Checks all data; problems stand beside their lines in the merge request. No cloud, no secrets.
set -eu
. "$(dirname "$0")/common.sh"
if [ "${GITLAB_CI:-}" = true ]; then entities validate --format gitlab >"$reports/codequality.json" || true; fi
if [ "${GITHUB_ACTIONS:-}" != true ]; then
  entities validate "$@"
  exit
fi
entities validate --format sarif >"$reports/validate.sarif" || true
code=0
# Its exit code is the step's; the text is for people, who see it on the page of the run.
entities validate "$@" >"$reports/validate.txt" || code=$?
{
  echo '```'
  # No line of it can end the block: a problem's frame has numbers before its lines.
  cat "$reports/validate.txt"
  echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
entities validate --format github || true
exit "$code"
