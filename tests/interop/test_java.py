# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Java SDK, by either protocol."""
import json

from waybill import CACHE, Listener, run


def case(protocol, *options):
    def test():
        with Listener() as listener:
            endpoint = listener.grpc if protocol == "grpc" else listener.http
            output = run(["java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", f"{CACHE}/java/*:{CACHE}/java/classes",
                          "Client", protocol, endpoint, *options])
            listener.expect(json.loads(output.strip().splitlines()[-1]))
    return test


CASES = {"java grpc": case("grpc"), "java grpc gzip": case("grpc", "gzip"), "java http": case("http"), "java http gzip": case("http", "gzip")}
