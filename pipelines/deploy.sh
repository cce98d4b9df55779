#!/bin/sh
# Applies what was reviewed: the digest comes from our own comment on the merge request that this commit merged. The stacks are
# planned again; where the new plan does something else, nothing is applied (exit code 4).
set -eu
. "$(dirname "$0")/common.sh"
digest=$(node "$home/pipelines/reviewed.mjs")
# The command itself must hear that the job is cancelled: it ends what it has begun.
exec node "$home/bin/cloud-entities.mjs" deploy --reviewed "$digest" --lock-timeout "${CLOUD_ENTITIES_LOCK_TIMEOUT:-10m}" "$@"
