# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python SDK, by either protocol."""
import json

from waybill import CACHE, HERE, Failure, Listener, run


def send(listener, protocol, *options):
    endpoint = listener.grpc if protocol == "grpc" else "http://" + listener.http
    output = run([CACHE / "python/bin/python", HERE / "clients/python_client.py", protocol, endpoint, *options])
    return json.loads(output.strip().splitlines()[-1])


def case(protocol, *options):
    def test():
        with Listener() as listener:
            listener.expect(send(listener, protocol, *options))
    return test


def all_signals(protocol):
    def test():
        with Listener() as listener:
            listener.expect(send(listener, protocol, "all-signals"))
            counters = listener.stop()
            if counters["other_signals"] < 2 or counters["refused"] != 0:
                raise Failure(f"metrics and logs are to be answered and counted: {counters}")
    return test


CASES = {"python grpc": case("grpc"), "python grpc gzip": case("grpc", "gzip"), "python http": case("http"),
         "python http gzip": case("http", "gzip"), "python grpc, metrics and logs too": all_signals("grpc"),
         "python http, metrics and logs too": all_signals("http")}
