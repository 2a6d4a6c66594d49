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
  libgrpc++-dev protobuf-compiler-grpc libboost-dev libssl-dev libcurl4-openssl-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  fonts-dejavu-core
)
[ "${1:-}" = "--ci" ] && packages+=(clang libclang-rt-dev xvfb xdotool)

# Packages that are called otherwise in other releases, or came to be part of another one.
other_name() {
  case "$1" in
    libqt6charts6-dev) echo qt6-charts-dev ;;
    libqt6svg6-dev) echo qt6-svg-dev ;;
    libclang-rt-dev) echo libclang-rt-14-dev ;;
    libqt6opengl6-dev) echo qt6-base-dev ;;
    *) echo "$1" ;;
  esac
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
available() { [ -n "$(LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: \([^(].*\)$/\1/p')" ]; }
satisfied() {
  installed "$1" && return 0
  case "$1" in
    libqt6opengl6-dev) compgen -G '/usr/lib/*/cmake/Qt6OpenGL/Qt6OpenGLConfig.cmake' >/dev/null ;;
    *) [ "$(other_name "$1")" != "$1" ] && installed "$(other_name "$1")" ;;
  esac
}

missing=()
for package in "${packages[@]}"; do satisfied "$package" || missing+=("$package"); done
[ "${#missing[@]}" -eq 0 ] && exit 0

command -v apt-get >/dev/null || {
  echo "install-deps: this script knows apt only; please install: ${missing[*]}" >&2
  exit 2
}
run() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

run apt-get update -qq || echo "install-deps: the package lists could not be refreshed; trying with the old ones" >&2
chosen=()
for package in "${missing[@]}"; do
  available "$package" || package=$(other_name "$package")
  chosen+=("$package")
done
run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${chosen[@]}"
