# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Buy example across four real processes, started with the lines of the welcome page."""
import os
import socket
import subprocess
import time
import urllib.request

from waybill import CACHE, HERE, Failure, Listener, query


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(port, process):
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up and process.poll() is None:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/up", timeout=2).read()
        except OSError:
            time.sleep(0.1)
    raise Failure(f"a service does not start: {process.stderr.read() if process.poll() is not None else ''}")


def buy():
    ports = {service: free_port() for service in ("web", "payment", "bank-api", "email")}
    url = {service: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    services = {"bank-api": ("/auth", 140), "email": ("/send", 3), "payment": ("/charge", 6, url["bank-api"] + "/auth"),
                "web": ("/buy", 2, url["payment"] + "/charge", url["email"] + "/send")}
    binaries = CACHE / "python/bin"
    with Listener() as listener:
        processes = []
        try:
            for service, (route, milliseconds, *calls) in services.items():
                environment = dict(os.environ, OTEL_SERVICE_NAME=service, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{listener.grpc}",
                                   PATH=f"{binaries}:{os.environ['PATH']}", OTEL_BSP_SCHEDULE_DELAY="200",
                                   OTEL_PYTHON_EXCLUDED_URLS="up")
                command = ["opentelemetry-instrument", "python", HERE / "clients/buy.py", ports[service], route, milliseconds, *calls]
                processes.append(subprocess.Popen([str(word) for word in command], env=environment, text=True,
                                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
                wait_until_up(ports[service], processes[-1])
            for _ in range(2):  # the first request pays for connections and imports
                urllib.request.urlopen(urllib.request.Request(url["web"] + "/buy", method="POST"), timeout=30).read()
            listener.wait_for(14)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.communicate(timeout=20)
        traces = query("traces", listener.capture, "--sort", "start")["traces"]
        if len(traces) != 2:
            raise Failure(f"{len(traces)} traces instead of one for each request")
        for trace in traces:
            seen = {span["service"] for span in query("spans", listener.capture, "--trace", trace["trace_id"])["spans"]}
            if seen != set(services):
                raise Failure(f"a trace has only the services {sorted(seen)}")
            report = query("report", listener.capture, "--trace", trace["trace_id"])["traces"][0]
            if "bank-api" not in report["headline"]:
                raise Failure("the headline does not name the bank API: " + report["headline"])


CASES = {"the Buy chain in Python": buy}
