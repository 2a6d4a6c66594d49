# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every case, or those whose name holds one of the arguments; a line each."""
import importlib
import pathlib
import subprocess
import sys
import time
import traceback

from waybill import Failure

failed = ran = 0
for file in sorted(pathlib.Path(__file__).parent.glob("test_*.py")):
    for name, case in importlib.import_module(file.stem).CASES.items():
        if len(sys.argv) > 1 and not any(word in name for word in sys.argv[1:]):
            continue
        began = time.monotonic()
        problem = ""
        try:
            case()
        except (Failure, subprocess.TimeoutExpired) as error:
            problem = str(error)
        except Exception:
            problem = traceback.format_exc()
        ran += 1
        failed += 1 if problem else 0
        print(f"{'FAILED' if problem else 'ok':6}  {name}  ({time.monotonic() - began:.1f} s)", flush=True)
        if problem:
            print("        " + problem.replace("\n", "\n        "), flush=True)
print(f"{ran} cases, {failed} failed")
sys.exit(1 if failed or not ran else 0)
