#!/usr/bin/env bash
# Rebuilds the web app when its sources changed and Node can do it. The built
# app is committed, so a machine without Node uses what is there.
set -euo pipefail
cd "$(dirname "$0")/.."
if out=$(go test -count=1 -run '^TestBuildIsFresh$' ./web 2>&1); then
  exit 0
fi
# Anything but a stale build is for the compiler to say.
case $out in *"make web"*) ;; *) exit 0 ;; esac
if node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||a===20&&b>=19?0:1)' 2>/dev/null; then
  echo "The web app's sources changed: rebuilding it"
  (cd web && npm ci --no-fund --no-audit && npm run build)
else
  echo "The web app's sources changed and Node 20.19 is not here: using the committed build"
fi
