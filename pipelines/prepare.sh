#!/bin/sh
# Installs the project that this file belongs to, once. No script of a package runs.
set -eu
cd "$(dirname "$0")/.."
# npm writes this file last.
[ -e node_modules/.package-lock.json ] || npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
