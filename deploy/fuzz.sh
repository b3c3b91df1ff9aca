#!/usr/bin/env bash
# Fuzzes what reads text from outside, FUZZTIME (default 1m) for each target, and
# prints how many inputs each was given. Exits non-zero if one was found that breaks
# something; it is kept in testdata/fuzz of its package. LEO_CORPORA may name a
# directory of texts to begin with.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
printf '%-24s %-42s %10s  %s\n' package target executions outcome

fuzz() { # package target
	local outcome=ok
	go test -run '^$' -fuzz "^$2\$" -fuzztime "${FUZZTIME:-1m}" -fuzzminimizetime 1s "./$1" >"$log" 2>&1 || outcome=FOUND
	local executions
	executions=$(sed -n 's/^fuzz: .*execs: \([0-9]*\).*/\1/p' "$log" | tail -1)
	printf '%-24s %-42s %10s  %s\n' "$1" "$2" "${executions:-0}" "$outcome"
	if [ "$outcome" != ok ]; then
		grep -v '^fuzz: elapsed' "$log"
		status=1
	fi
}

for package in sandboxd/runner/sqlpolicy sandboxd/protocol sandboxd/runner sandboxd/runner/ingest shared/plan shared/compile; do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$package"/*_test.go); do
		fuzz "$package" "$target"
	done
done
exit $status
