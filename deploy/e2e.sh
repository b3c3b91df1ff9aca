#!/usr/bin/env bash
# The tests in a real browser: the page in front of a mock that plays rare states, then the journeys on the product
# itself, bin/leo. Pictures, timings and the evidence of failures go to bin/e2e. Needs Node and Chromium; without
# them it says so and passes, unless LEO_REQUIRE names chromium, as CI does.
set -uo pipefail
cd "$(dirname "$0")/.."

lacking() {
  echo "$1"
  case ,${LEO_REQUIRE:-}, in *,chromium,*) exit 1 ;; esac
  echo "The tests in a browser are skipped"
  exit 0
}
node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||a===20&&b>=19?0:1)' 2>/dev/null ||
  lacking "There is no Node 20.19 or newer"
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
  command -v google-chrome >/dev/null || lacking "There is no Chromium"

rm -rf bin/e2e
mkdir -p bin/e2e
cd web
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-fund --no-audit || lacking "npm ci did not get the packages of the tests"
fi
status=0
echo "The page in front of a mock"
node e2e/run.mjs "$@" || status=1
echo "The product"
node --test-reporter=./e2e/real/reporter.mjs e2e/real/main.mjs "$@" || status=1
exit $status
