# SPDX-FileCopyrightText: Waybill contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the scenario with the Python SDK: python_client.py grpc|http ENDPOINT [gzip] [all-signals]. Prints the spans."""
import json
import sys

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

protocol, endpoint = sys.argv[1:3]
options = sys.argv[3:]
resource = Resource.create({"service.name": "python-client", "service.version": "1.2"})


class Remember(SpanExporter):
    def __init__(self):
        self.spans = []

    def export(self, spans):
        self.spans += spans
        return SpanExportResult.SUCCESS


if protocol == "grpc":
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True,
                                compression=Compression.Gzip if "gzip" in options else Compression.NoCompression)
else:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    exporter = OTLPSpanExporter(endpoint=endpoint + "/v1/traces",
                                compression=Compression.Gzip if "gzip" in options else Compression.NoCompression)
provider = TracerProvider(resource=resource)
remember = Remember()
provider.add_span_processor(BatchSpanProcessor(exporter))
provider.add_span_processor(BatchSpanProcessor(remember))
tracer = provider.get_tracer("interop", "1.0")

with tracer.start_as_current_span("earlier", kind=SpanKind.PRODUCER) as earlier:
    linked = earlier.get_span_context()
with tracer.start_as_current_span("GET /all", kind=SpanKind.SERVER, links=[Link(linked, {"why": "batch"})]) as root:
    root.set_attributes({"text": "plain ✓ <b>", "yes": True, "no": False, "int": -7, "big": 2**53 + 1, "double": 0.25,
                         "texts": ["a", "b"], "ints": [1, 2], "flags": [True, False], "doubles": [0.5, 1.5]})
    with tracer.start_as_current_span("SELECT", kind=SpanKind.CLIENT) as child:
        child.add_event("row", {"count": 3, "last": True})
        child.add_event("empty")
        child.set_status(Status(StatusCode.ERROR, "no such table"))
    for number in range(50):
        with tracer.start_as_current_span(f"step {number}") as step:
            step.set_attribute("number", number)
    root.set_status(Status(StatusCode.OK))
provider.shutdown()

if "all-signals" in options:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
    import logging
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        metrics, logs = OTLPMetricExporter(endpoint=endpoint, insecure=True), OTLPLogExporter(endpoint=endpoint, insecure=True)
    else:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        metrics = OTLPMetricExporter(endpoint=endpoint + "/v1/metrics")
        logs = OTLPLogExporter(endpoint=endpoint + "/v1/logs")
    meters = MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(metrics)])
    meters.get_meter("interop").create_counter("orders").add(1)
    meters.shutdown()
    loggers = LoggerProvider(resource=resource)
    loggers.add_log_record_processor(SimpleLogRecordProcessor(logs))
    logging.getLogger("interop").addHandler(LoggingHandler(logger_provider=loggers))
    logging.getLogger("interop").warning("a log line")
    loggers.shutdown()


def plain(attributes):
    return {key: list(value) if isinstance(value, tuple) else value for key, value in (attributes or {}).items()}


def described(span):
    context = span.get_span_context()
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}",
            "parent_span_id": f"{span.parent.span_id:016x}" if span.parent else "",
            "service": "python-client", "name": span.name, "kind": span.kind.name, "status": span.status.status_code.name,
            "attributes": plain(span.attributes),
            "events": [{"name": e.name, "attributes": plain(e.attributes)} for e in span.events],
            "links": [{"trace_id": f"{l.context.trace_id:032x}", "span_id": f"{l.context.span_id:016x}"} for l in span.links]}


print(json.dumps([described(span) for span in remember.spans]))
