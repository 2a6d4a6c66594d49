#!/usr/bin/env bash
# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what Waybill needs to build, run and be tested on Debian 12, Ubuntu 24.04 or newer.
# Idempotent and silent when nothing is missing; asks nothing; uses sudo when not root.
#   install-deps.sh          build, run and test
#   install-deps.sh --ci     also what only CI runs: clang with libFuzzer, Xvfb
set -euo pipefail

packages=(
  g++ cmake ninja-build pkg-config ccache
  qt6-base-dev libqt6opengl6-dev libqt6charts6-dev libqt6svg6-dev qt6-qpa-plugins libgl-dev libopengl-dev
  libprotobuf-dev protobuf-compiler libprotozero-dev libsimdjson-dev
  zlib1g-dev libzstd-dev libabsl-dev libcli11-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  fonts-dejavu-core
)
[ "${1:-}" = "--ci" ] && packages+=(clang libclang-rt-dev xvfb xdotool)

# Package names that differ between releases: wanted name -> the older name.
older_name() {
  case "$1" in
    libqt6charts6-dev) echo qt6-charts-dev ;;
    libqt6svg6-dev) echo qt6-svg-dev ;;
    libclang-rt-dev) echo libclang-rt-14-dev ;;
    *) return 1 ;;
  esac
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
available() { [ -n "$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: \([^(].*\)$/\1/p')" ]; }

missing=()
for package in "${packages[@]}"; do
  if ! installed "$package"; then
    other=$(older_name "$package" || true)
    if [ -z "$other" ] || ! installed "$other"; then missing+=("$package"); fi
  fi
done
[ "${#missing[@]}" -eq 0 ] && exit 0

command -v apt-get >/dev/null || {
  echo "install-deps: this script knows apt only; please install: ${missing[*]}" >&2
  exit 2
}
run() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@" 2>/dev/null || sudo "$@"; fi; }

run apt-get update -qq || echo "install-deps: the package lists could not be refreshed; trying with the old ones" >&2
chosen=()
for package in "${missing[@]}"; do
  if ! available "$package"; then package=$(older_name "$package" || echo "$package"); fi
  chosen+=("$package")
done
run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${chosen[@]}"
