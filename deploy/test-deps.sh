#!/usr/bin/env bash
# Makes the optional parts of the tests possible: Docker for the Docker sandbox,
# Chromium for make test-e2e, strace to watch what statements do, Redis for the
# result cache (its tests start servers of their own). Says what
# it installs; without root, apt or a network it says what will be skipped
# instead. Nothing is removed afterwards.
set -uo pipefail

have() { command -v "$1" >/dev/null 2>&1; }
want=()
have chromium || have chromium-browser || have google-chrome || want+=(chromium)
have dockerd || want+=(docker.io iproute2)
have strace || want+=(strace)
have redis-server || want+=(redis-server)

if [ ${#want[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && have apt-get; then
    echo "Installing for the tests: ${want[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${want[@]}"; } >/dev/null 2>&1 ||
      echo "Could not install ${want[*]}"
  else
    echo "Not installing ${want[*]} (that needs root and apt): their tests will be skipped"
  fi
fi

if ! docker info >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && have dockerd; then
  echo "Starting dockerd for the tests"
  log=$(mktemp)
  (dockerd >"$log" 2>&1 &)
  for _ in $(seq 1 60); do
    docker info >/dev/null 2>&1 && break
    read -rt 0.5 <> <(:) || true
  done
fi
docker info >/dev/null 2>&1 || echo "Docker does not answer: its tests will be skipped"
have chromium || have chromium-browser || have google-chrome || echo "There is no Chromium: make test-e2e will skip its tests"
exit 0
