#!/bin/sh
# Plans every stack with a login that may only read, and writes what would be done in every form.
set -eu
. "$(dirname "$0")/common.sh"
# What an earlier run left would be taken for this one's.
rm -f "$comment"
code=0
entities plan ${base:+--base "$base"} --budget "$budget" ${link:+--link "$link"} \
  --report "markdown:$comment" --report "html:$reports/page.html" --report "json:$reports/review.json" \
  --report "gitlab:$reports/terraform.json" "$@" || code=$?
summarise "$comment"
exit "$code"
