# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Collector between the Python SDK and Waybill: its exporters, and the files it writes."""
import json
import socket
import subprocess
import time

from waybill import CACHE, HERE, Failure, Listener, compare, query, run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Collector:
    """A Collector that receives OTLP by gRPC and passes it to the given exporters."""

    def __init__(self, folder, exporters):
        self.endpoint = f"127.0.0.1:{free_port()}"
        self.log = open(folder / "collector.log", "w+")
        config = {"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": self.endpoint}}}}, "exporters": exporters,
                  "service": {"pipelines": {"traces": {"receivers": ["otlp"], "exporters": list(exporters)}},
                              "telemetry": {"metrics": {"level": "none"}}}}
        (folder / "collector.json").write_text(json.dumps(config))  # JSON is YAML
        self.process = subprocess.Popen([CACHE / "bin/otelcol", "--config", folder / "collector.json"],
                                        stdout=self.log, stderr=subprocess.STDOUT)
        give_up = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(self.endpoint.split(":"), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > give_up or self.process.poll() is not None:
                    self.stop()
                    raise Failure("the Collector does not start:\n" + (folder / "collector.log").read_text())
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()

    def send(self):
        output = run([CACHE / "python/bin/python", HERE / "clients/python_client.py", "grpc", self.endpoint])
        return json.loads(output.strip().splitlines()[-1])


def exports(kind, compression):
    def test():
        with Listener() as listener:
            if kind == "otlp_grpc":
                exporter = {"endpoint": listener.grpc, "tls": {"insecure": True}, "compression": compression}
            else:
                exporter = {"endpoint": "http://" + listener.http, "compression": compression}
            collector = Collector(listener.folder, {kind: exporter})
            try:
                listener.expect(collector.send())
            finally:
                collector.stop()
    return test


def writes(form, compression):
    def test():
        with Listener() as listener:  # for its folder
            file = listener.folder / "traces.out"
            exporter = {"path": str(file), "format": form}
            if compression:
                exporter["compression"] = compression
            collector = Collector(listener.folder, {"file": exporter})
            try:
                spans = collector.send()
            finally:
                collector.stop()
            compare(file, spans)
            container = query("info", file)["files"][0]["container"]
            if (container == "none") == bool(compression):
                raise Failure(f"the file is taken for {container}")
    return test


def follows(form):
    def test():
        with Listener() as folder:
            file = folder.folder / "growing.out"
            collector = Collector(folder.folder, {"file": {"path": str(file), "format": form, "flush_interval": "100ms"}})
            try:
                with Listener("--follow", file) as listener:
                    spans = collector.send()
                    listener.expect(spans)
                    listener.expect(spans + collector.send())
            finally:
                collector.stop()
    return test


CASES = {"collector otlp_grpc gzip": exports("otlp_grpc", "gzip"), "collector otlp_grpc zstd": exports("otlp_grpc", "zstd"),
         "collector otlp_http gzip": exports("otlp_http", "gzip"), "collector otlp_http zstd": exports("otlp_http", "zstd"),
         "collector file json": writes("json", None), "collector file proto": writes("proto", None),
         "collector file json zstd": writes("json", "zstd"), "collector file proto zstd": writes("proto", "zstd"),
         "following the collector's json": follows("json"), "following the collector's proto": follows("proto")}
