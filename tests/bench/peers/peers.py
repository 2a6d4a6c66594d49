#!/usr/bin/env python3
# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the same file, one trace of many spans, through Waybill and through other programs that show traces.

    tests/bench/peers/peers.py --programs BUILD/bin [--spans N …] [--peers NAME …]

A peer is a server that a browser asks; what is timed is the server alone, until it has answered with the whole trace:
what its page then does comes on top. Waybill is timed from its start until its timeline is painted. Peers are put into
the cache of the interop tests; one that cannot be installed here is named, with the reason.
"""
import argparse
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("WAYBILL_INTEROP_CACHE")
                     or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "waybill-interop")
JAEGER = "v1.76.0"
ZIPKIN = "3.5.1"
MAVEN_DEPENDENCY = "3.8.1"
PATIENCE = 600  # seconds a step of a peer may take


class CannotRun(Exception):
    """Why a program cannot be measured here, or did not come to the end."""


def install(name, command, **options):
    with open(CACHE / f"{name}.log", "w") as log:
        done = subprocess.run([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT, **options)
    if done.returncode != 0:
        last = (CACHE / f"{name}.log").read_text().strip().splitlines()[-1:]
        raise CannotRun(f"cannot be installed: {' '.join(last)}")


def need(program):
    if shutil.which(program) is None:
        raise CannotRun(f"cannot be installed: there is no {program}")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def peak_megabytes(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def ask(port, method, path, body=None):
    """The status and the body of an answer; no status when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except ConnectionError:
        return None, b""
    finally:
        connection.close()


class Server:
    """A peer that was started, on ports of its own; ended by leaving it."""

    def __init__(self, command, folder, port, ready, environment=None):
        self.log = open(folder / "peer.log", "w+")
        self.process = subprocess.Popen([str(word) for word in command], stdout=self.log, stderr=subprocess.STDOUT,
                                        cwd=folder, env={**os.environ, **(environment or {})})
        until = time.monotonic() + 120
        while ask(port, "GET", ready)[0] != 200:
            if self.process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                self.log.seek(0)
                raise CannotRun("does not start: " + " ".join(self.log.read().strip().splitlines()[-1:]))
            time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def run_through(server, spans, bodies, in_port, in_path, out_port, out_path, spans_of):
    """Sends everything, asks for the trace until it is whole: seconds until then, of the last answer, megabytes."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", in_port, timeout=PATIENCE)
    for body in bodies:
        connection.request("POST", in_path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 202):
            raise CannotRun(f"refuses spans with HTTP status {answer.status}")
    connection.close()
    while True:
        asked = time.monotonic()
        status, body = ask(out_port, "GET", out_path)
        answered = time.monotonic()
        got = spans_of(json.loads(body)) if status == 200 else 0
        if got == spans:
            return answered - began, answered - asked, peak_megabytes(server.process.pid)
        if answered - began > PATIENCE:
            raise CannotRun(f"shows {got} of {spans} spans after {PATIENCE} s (HTTP status {status})")
        time.sleep(0.2)


def jaeger(file, spans, trace, folder, _):
    program = CACHE / "bin" / f"jaeger-{JAEGER}"
    if not program.exists():
        need("go")
        module = CACHE / "jaeger"
        shutil.rmtree(module, ignore_errors=True)
        module.mkdir()
        go = {"cwd": module, "env": {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-modcacherw -buildvcs=false",
                                     "GOMODCACHE": str(CACHE / "go-modules"), "GOCACHE": str(CACHE / "go-build")}}
        install("jaeger", ["go", "mod", "init", "peers"], **go)
        install("jaeger", ["go", "get", "-tool", f"github.com/jaegertracing/jaeger/cmd/jaeger@{JAEGER}"], **go)
        install("jaeger", ["go", "build", "-o", program, "github.com/jaegertracing/jaeger/cmd/jaeger"], **go)
    ports = [free_port() for _ in range(3)]
    config = (HERE / "jaeger.yaml").read_text()
    for name, port in zip(("OTLP_PORT", "QUERY_PORT", "GRPC_PORT"), ports):
        config = config.replace(name, str(port))
    (folder / "jaeger.yaml").write_text(config)
    path = f"/api/traces/{trace}"
    with Server([program, "--config", folder / "jaeger.yaml"], folder, ports[1], "/") as server:
        return run_through(server, spans, file.read_bytes().splitlines(), ports[0], "/v1/traces", ports[1], path,
                           lambda answer: sum(len(each["spans"]) for each in answer["data"]))


def text_of(value):
    return str(next(iter(value.values()), ""))


def zipkin_spans(line):
    """A line of OTLP JSON as Zipkin's own spans."""
    kinds = {2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}
    spans = []
    for resource in json.loads(line)["resourceSpans"]:
        of = {each["key"]: each["value"] for each in resource["resource"]["attributes"]}
        for span in (span for scope in resource["scopeSpans"] for span in scope["spans"]):
            start, end = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
            out = {"traceId": span["traceId"], "id": span["spanId"], "name": span["name"],
                   "timestamp": start // 1000, "duration": max(1, (end - start) // 1000),
                   "localEndpoint": {"serviceName": text_of(of["service.name"])},
                   "tags": {each["key"]: text_of(each["value"]) for each in span.get("attributes", [])}}
            if span.get("parentSpanId"):
                out["parentId"] = span["parentSpanId"]
            if span.get("kind") in kinds:
                out["kind"] = kinds[span["kind"]]
            spans.append(out)
    return json.dumps(spans)


def zipkin(file, spans, trace, folder, _):
    jar = CACHE / f"zipkin-server-{ZIPKIN}-exec.jar"
    need("java")
    if not jar.exists():
        need("mvn")
        install("zipkin", ["mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={CACHE / 'maven'}",
                           f"org.apache.maven.plugins:maven-dependency-plugin:{MAVEN_DEPENDENCY}:copy",
                           f"-Dartifact=io.zipkin:zipkin-server:{ZIPKIN}:jar:exec", f"-DoutputDirectory={CACHE}"])
    port = free_port()
    bodies = [zipkin_spans(line) for line in file.open()]
    command = ["java", "-Xmx12g", "-Darmeria.ports[0].ip=127.0.0.1", f"-Darmeria.ports[0].port={port}",
               "-Darmeria.ports[0].protocols[0]=http", "-jar", jar]
    environment = {"QUERY_PORT": str(port), "STORAGE_TYPE": "mem", "MEM_MAX_SPANS": str(10 * spans), "QUERY_TIMEOUT": f"{PATIENCE}s"}
    with Server(command, folder, port, "/health", environment) as server:
        return run_through(server, spans, bodies, port, "/api/v2/spans", port, f"/api/v2/trace/{trace}", len)


def waybill(file, spans, trace, folder, programs):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "XDG_"))}
    environment.update({each: str(folder) for each in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")})
    environment.update({"QT_QPA_PLATFORM": "xcb" if os.environ.get("DISPLAY") else "offscreen",
                        "QT_LOGGING_RULES": "waybill.start.info=true", "QT_FORCE_STDERR_LOGGING": "1"})
    began = time.monotonic()
    window = subprocess.Popen([programs / "waybill", file], stderr=subprocess.PIPE, text=True, env=environment)
    opened = None
    try:
        for line in window.stderr:
            if "traces painted" in line:
                opened = time.monotonic()
            if "trace painted" in line:
                painted = time.monotonic()
                return painted - began, painted - (opened or began), peak_megabytes(window.pid)
        raise CannotRun("ended before it showed the trace")
    finally:
        window.kill()
        window.wait()


PROGRAMS = {"waybill": waybill, "jaeger": jaeger, "zipkin": zipkin}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--programs", type=pathlib.Path, required=True, help="the folder of waybill and waybill-generate")
    arguments.add_argument("--spans", type=int, nargs="+", default=[10_000, 100_000])
    arguments.add_argument("--peers", choices=PROGRAMS, nargs="+", default=list(PROGRAMS))
    asked = arguments.parse_args()
    (CACHE / "bin").mkdir(parents=True, exist_ok=True)
    print(f"{'':10}{'spans':>10}{'until whole, s':>16}{'of it the trace, s':>20}{'peak memory, MB':>17}")
    failed = False
    for spans in asked.spans:
        for name in asked.peers:
            with tempfile.TemporaryDirectory(prefix="waybill-peers-") as folder:
                file = pathlib.Path(folder) / "trace.jsonl"
                subprocess.run([asked.programs / "waybill-generate", "--spans-per-trace", str(spans), "--to", "otlp-jsonl",
                                "-o", file], check=True)
                first = json.loads(file.open().readline())["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
                try:
                    whole, answer, memory = PROGRAMS[name](file, spans, first["traceId"], pathlib.Path(folder), asked.programs)
                    print(f"{name:10}{spans:>10}{whole:>16.2f}{answer:>20.2f}{memory:>17.0f}", flush=True)
                except CannotRun as reason:
                    failed = failed or name == "waybill"
                    print(f"{name:10}{spans:>10}  {reason}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
