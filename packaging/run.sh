#!/usr/bin/env bash
# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh [FILE…]: installs what is missing, builds Waybill and opens the files (or the welcome page) in its window.
# Without a display it prints the report of the files, or of the sample, and says how to get the window.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

"$root/packaging/install-deps.sh"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Building Waybill (the first time takes a few minutes) …" >&2
(
  cd "$root"
  cmake --preset release && cmake --build --preset release --target waybill waybill-cli
) >"$log" 2>&1 || {
  tail -n 40 "$log" >&2
  echo "run.sh: the build failed; the last lines are above." >&2
  exit 2
}

bin=$root/build/release/bin
if [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
  rm -f "$log"
  exec "$bin/waybill" "$@"
fi
if [ "$#" -eq 0 ]; then set -- "$root/resources/samples/buy.json"; fi
"$bin/waybill-cli" report "$@"
cat >&2 <<'END'

There is no display here, so this was the report. For the window, run the same command in a desktop session, or
give this shell a display: `ssh -X`, a VNC session, or `xvfb-run` for screenshots.
END
