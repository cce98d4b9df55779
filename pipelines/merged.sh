#!/bin/sh
# Makes the work tree what the target branch would be after the merge, so that the plan is that of the deploy to come: a
# branch that lags behind would seem to take back what others merged. GitHub checks that out by itself, and so does GitLab in
# pipelines of merged results.
set -eu
branch=${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}
if [ -z "$branch" ]; then exit 0; fi
# In a fork `origin` is the fork.
from=origin
if [ "$CI_PROJECT_ID" != "$CI_MERGE_REQUEST_PROJECT_ID" ]; then from=$CI_MERGE_REQUEST_PROJECT_URL.git; fi
git fetch --quiet --no-tags "$from" "+refs/heads/$branch:refs/remotes/origin/$branch"
if git merge-base --is-ancestor "origin/$branch" HEAD; then exit 0; fi
if ! git -c user.name=cloud-entities -c user.email=cloud-entities@localhost -c commit.gpgsign=false \
  merge --quiet --no-ff -m "What $branch would be" "origin/$branch"; then
  echo "this branch and $branch changed the same lines: merge $branch into it" >&2
  exit 1
fi
echo "merged with $branch, as it is now"
