#!/bin/sh
# What was changed outside, a report for each environment. Applies nothing.
set -eu
. "$(dirname "$0")/common.sh"
rm -f "$reports"/drift-*
code=0
entities drift --budget "$budget" --report "markdown:$reports/drift-{environment}.md" \
  --report "json:$reports/drift-{environment}.json" --report "html:$reports/page.html" "$@" || code=$?
for file in "$reports"/drift-*.md; do summarise "$file"; done
exit "$code"
