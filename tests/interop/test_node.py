# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Node SDK, by all three protocols."""
import json

from waybill import CACHE, HERE, Listener, run


def case(protocol, *options):
    def test():
        with Listener() as listener:
            endpoint = listener.grpc if protocol == "grpc" else listener.http
            output = run(["node", HERE / "clients/node/client.js", protocol, endpoint, *options],
                         env={"NODE_PATH": str(CACHE / "node/node_modules")})
            listener.expect(json.loads(output.strip().splitlines()[-1]))
    return test


CASES = {"node grpc": case("grpc"), "node grpc gzip": case("grpc", "gzip"), "node http protobuf": case("proto"),
         "node http protobuf gzip": case("proto", "gzip"), "node http json": case("json"), "node http json gzip": case("json", "gzip")}
