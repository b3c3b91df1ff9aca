#!/usr/bin/env bash
# Runs the Go tests and prints how many ran. With LEO_REQUIRE a test that lacks
# its Docker, Chromium or NATS fails instead of being skipped.
set -uo pipefail
cd "$(dirname "$0")/.."
timeout=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test -race -timeout "$timeout" -json "$@" >"$log"
status=$?
go run ./deploy/testcount <"$log" || status=1
echo "The page is tested in a browser by make test-e2e"
exit $status
