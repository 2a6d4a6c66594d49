# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Go SDK, and telemetrygen, which is made with it."""
import json

from waybill import CACHE, Failure, Listener, run


def sdk(protocol, *options):
    def test():
        with Listener() as listener:
            output = run([CACHE / "bin/waybill-interop", protocol, listener.grpc if protocol == "grpc" else listener.http, *options])
            listener.expect(json.loads(output.strip().splitlines()[-1]))
    return test


def telemetrygen(*options):
    traces, children = 300, 4

    def test():
        with Listener() as listener:
            endpoint = listener.http if "--otlp-http" in options else listener.grpc
            run([CACHE / "bin/telemetrygen", "traces", "--otlp-insecure", "--otlp-endpoint", endpoint, "--traces", traces,
                 "--child-spans", children, "--rate", "0", *options])
            listener.wait_for(traces * (1 + children))
            counters = listener.stop()
            if counters["traces"] != traces or counters["refused"] != 0:
                raise Failure(f"not {traces} traces: {counters}")
    return test


CASES = {"go grpc": sdk("grpc"), "go grpc gzip": sdk("grpc", "gzip"), "go http": sdk("http"), "go http gzip": sdk("http", "gzip"),
         "telemetrygen grpc": telemetrygen(), "telemetrygen http": telemetrygen("--otlp-http")}
