# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts `waybill-cli listen`, reads back what it received, and compares it with what a client says it sent."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CLI = os.environ["WAYBILL_CLI"]
CACHE = pathlib.Path(os.environ["WAYBILL_INTEROP_CACHE"])
START_SECONDS = 20
ARRIVAL_SECONDS = 60


class Failure(Exception):
    """A case that did not come out as it should, with what to look at."""


def query(command, *arguments):
    done = subprocess.run([CLI, command, *map(str, arguments), "--json"], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise Failure(f"waybill-cli {command}: {done.stderr}")
    return json.loads(done.stdout)


def run(command, seconds=120, env=None, cwd=None):
    """Runs a client to its end; its standard output."""
    whole = dict(os.environ, **(env or {}))
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=seconds, env=whole, cwd=cwd)
    if done.returncode != 0:
        raise Failure(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Listener:
    """A running `waybill-cli listen` on free ports, with a capture of its own."""

    def __init__(self, *arguments):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="waybill-interop-"))
        self.capture = self.folder / "live.otlp"
        command = [CLI, "listen", "--json", "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--capture", self.capture, *arguments]
        self.log = open(self.folder / "listen.log", "w+")
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=self.log, text=True)
        first = json.loads(self.process.stdout.readline() or "{}")
        if "listening" not in first:
            raise Failure("waybill-cli does not listen: " + self.errors())
        self.grpc = first["listening"]["grpc"]
        self.http = first["listening"]["http"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def errors(self):
        self.log.flush()
        return (self.folder / "listen.log").read_text()

    def stop(self):
        """Ends it; the counters that it told last."""
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=START_SECONDS)
        return json.loads(output.strip().splitlines()[-1])

    def wait_for(self, spans):
        """Waits until so many spans are in the capture."""
        give_up = time.monotonic() + ARRIVAL_SECONDS
        while True:
            there = query("info", self.capture)["spans"] if self.capture.stat().st_size > 0 else 0
            if there >= spans:
                return there
            if time.monotonic() > give_up:
                raise Failure(f"{there} of {spans} spans arrived in {ARRIVAL_SECONDS} s\n{self.errors()}")
            time.sleep(0.1)

    def expect(self, spans):
        """Every one of these spans is there, and no other."""
        self.wait_for(len(spans))
        compare(self.capture, spans)


def compare(file, expected):
    received = {}
    for trace in query("traces", file)["traces"]:
        for span in query("spans", file, "--trace", trace["trace_id"])["spans"]:
            received[(trace["trace_id"], span["span_id"])] = span
    there = query("info", file)["spans"]  # doubled ones count here, while a trace shows them once
    if there != len(expected) or len(received) != len(expected):
        raise Failure(f"{there} spans, {len(received)} of them different, instead of {len(expected)}")
    for span in expected:
        found = received.get((span["trace_id"], span["span_id"]))
        if found is None:
            raise Failure(f"{span['name']} {span['span_id']} is not there")
        for key in ("parent_span_id", "service", "name", "kind", "status"):
            same(span, key, span[key], found[key])
        same(span, "attributes", span["attributes"], found["attributes"])
        same(span, "events", [(e["name"], e["attributes"]) for e in span["events"]],
             [(e["name"], e["attributes"]) for e in found["events"]])
        same(span, "links", [(l["trace_id"], l["span_id"]) for l in span["links"]],
             [(l["trace_id"], l["span_id"]) for l in found["links"]])


def same(span, what, sent, received):
    # As texts: to Python True, 1 and 1.0 are equal, to a trace they are not.
    if json.dumps(sent, sort_keys=True) != json.dumps(received, sort_keys=True):
        raise Failure(f"{what} of {span['name']}: sent {sent!r}, received {received!r}")
