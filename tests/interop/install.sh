#!/usr/bin/env bash
# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs the real clients that the interop tests use, into a cache outside of the checkout: interpreters from apt when
# there are none, everything else from PyPI, npm, the Go module proxy and Maven Central. Each part is done once for
# its versions; what cannot be installed ends the script.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${WAYBILL_INTEROP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/waybill-interop}
mkdir -p "$cache/bin"

collector=v0.159.0
telemetrygen=v0.157.0
go_version=1.26.0   # fetched when there is no Go, or one too old
go_oldest=1.25
maven_dependency=3.8.1

# Two runs at once take turns.
exec 9>"$cache/.lock"
flock 9

fail() { echo "interop: $*" >&2; exit 2; }
# once NAME VERSION command…: runs the command unless it went well before for this version.
once() {
  local name=$1 version=$2 stamp="$cache/.$1"
  shift 2
  [ "$(cat "$stamp" 2>/dev/null)" = "$version" ] && return
  rm -f "$stamp"
  echo "interop: installing $name"
  local began=$SECONDS
  # Not behind || or if: there the shell would overlook a step that fails in the middle.
  set +e
  (set -e; "$@") >"$cache/$name.log" 2>&1 9>&-
  local status=$?
  set -e
  if [ "$status" -ne 0 ]; then
    tail -30 "$cache/$name.log" >&2
    fail "$name $version cannot be installed; its whole log is $cache/$name.log"
  fi
  echo "$version" >"$stamp"
  echo "interop: $name took $((SECONDS - began)) s"
}
checksum() { cat "$@" | sha256sum | cut -c1-16; }

packages=()
has() { command -v "$1" >/dev/null; }
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3 python3-venv)
has node && has npm || packages+=(nodejs npm)
has javac && has java || packages+=(openjdk-17-jdk-headless)
has mvn || packages+=(maven)
has go || packages+=(golang-go)
[ -e /etc/ssl/certs/ca-certificates.crt ] || packages+=(ca-certificates)
if [ "${#packages[@]}" -gt 0 ]; then
  run() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
  run apt-get update -qq || true
  run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    fail "these packages cannot be installed: ${packages[*]}"
fi

install_python() {
  rm -rf "$cache/python"
  python3 -m venv "$cache/python"
  export PIP_CONSTRAINT="$here/clients/python-constraints.txt" PATH="$cache/python/bin:$PATH"
  pip install -q flask requests
  # The line of the welcome page.
  pip install opentelemetry-distro opentelemetry-exporter-otlp && opentelemetry-bootstrap -a install
}
once python "$(checksum "$here/clients/python-constraints.txt") of $(python3 --version)" install_python

install_node() {
  rm -rf "$cache/node"
  mkdir -p "$cache/node"
  cp "$here"/clients/node/package*.json "$cache/node/"
  cd "$cache/node"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
}
once node "$(checksum "$here"/clients/node/package*.json)" install_node

# Go: the one that is there when it is new enough. Its toolchains are modules, which an old Go can fetch too.
go=$(command -v go || true)
new_enough() { [ -n "$1" ] && [ "$(printf '%s\n' "$go_oldest" "$("$1" env GOVERSION | sed 's/^go//')" | sort -V | head -1)" = "$go_oldest" ]; }
toolchain="$cache/go-toolchain/golang.org/toolchain@v0.0.1-go$go_version.linux-amd64"
install_go() {
  GOMODCACHE="$cache/go-toolchain" GOFLAGS=-modcacherw go mod download "golang.org/toolchain@v0.0.1-go$go_version.linux-amd64"
  chmod +x "$toolchain"/bin/* "$toolchain"/pkg/tool/*/*
}
if ! new_enough "$go"; then
  once go "$go_version" install_go
  go=$toolchain/bin/go
  new_enough "$go" || fail "Go $go_oldest or newer is needed"
fi
export GOFLAGS="-modcacherw -buildvcs=false" GOMODCACHE="$cache/go-modules" GOCACHE="$cache/go-build" GOBIN="$cache/bin" GOTOOLCHAIN=local CGO_ENABLED=0 PATH="$(dirname "$go"):$PATH"

install_go_client() {
  rm -rf "$cache/go-client"
  cp -r "$here/clients/go" "$cache/go-client"
  cd "$cache/go-client"
  go build -o "$cache/bin/waybill-interop" .
}
once go-client "$(checksum "$here"/clients/go/*)" install_go_client
once telemetrygen "$telemetrygen" \
  go install "github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@$telemetrygen"

install_collector() {
  go install "go.opentelemetry.io/collector/cmd/builder@$collector"
  rm -rf "$cache/collector"
  mkdir "$cache/collector"
  sed "s|^dist:|dist:\n  output_path: $cache/collector|" "$here/clients/collector.yaml" >"$cache/collector.yaml"
  "$cache/bin/builder" --config "$cache/collector.yaml"
  mv "$cache/collector/otelcol" "$cache/bin/otelcol"
  rm -rf "$cache/collector"
}
once collector "$collector $(checksum "$here/clients/collector.yaml")" install_collector

install_java() {
  rm -rf "$cache/java"
  mkdir -p "$cache/java/classes"
  mvn --batch-mode --quiet -f "$here/clients/java/pom.xml" -Dmaven.repo.local="$cache/maven" \
    "org.apache.maven.plugins:maven-dependency-plugin:$maven_dependency:copy-dependencies" -DoutputDirectory="$cache/java"
  javac -cp "$cache/java/*" -d "$cache/java/classes" "$here/clients/java/Client.java"
}
once java "$maven_dependency $(checksum "$here"/clients/java/*)" install_java
