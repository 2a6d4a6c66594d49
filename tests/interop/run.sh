#!/usr/bin/env bash
# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Lets real SDKs and a real Collector send to waybill-cli: run.sh [WAYBILL_CLI [WORD…]]
# With words: only the cases whose name holds one of them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export WAYBILL_CLI=${1:-$here/../../build/release/bin/waybill-cli}
export WAYBILL_INTEROP_CACHE=${WAYBILL_INTEROP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/waybill-interop}
shift || true
[ -x "$WAYBILL_CLI" ] || { echo "interop: $WAYBILL_CLI is not there; build the release preset first" >&2; exit 2; }
WAYBILL_CLI=$(realpath "$WAYBILL_CLI")
"$here/install.sh"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/run.py" "$@"
