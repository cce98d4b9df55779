#!/bin/sh
# What the change does to entities, from the files alone. No cloud, no secrets: forks get it too.
set -eu
. "$(dirname "$0")/common.sh"
code=0
entities diff ${base:+--base "$base"} --budget "$budget" \
  --report "markdown:$reports/diff.md" --report "html:$reports/diff.html" --report "json:$reports/diff.json" "$@" || code=$?
summarise "$reports/diff.md"
exit "$code"
