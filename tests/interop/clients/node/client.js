// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sends the scenario with the Node SDK: node client.js grpc|proto|json ENDPOINT [gzip]. Prints the spans.
'use strict';
const { SpanKind, SpanStatusCode, context, trace } = require('@opentelemetry/api');
const { NodeTracerProvider, BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-node');
const { resourceFromAttributes } = require('@opentelemetry/resources');

const [protocol, endpoint, ...options] = process.argv.slice(2);
const packages = { grpc: '@opentelemetry/exporter-trace-otlp-grpc', proto: '@opentelemetry/exporter-trace-otlp-proto', json: '@opentelemetry/exporter-trace-otlp-http' };
const { OTLPTraceExporter } = require(packages[protocol]);
const url = protocol === 'grpc' ? `http://${endpoint}` : `http://${endpoint}/v1/traces`;
const exporter = new OTLPTraceExporter({ url, compression: options.includes('gzip') ? 'gzip' : 'none' });
const memory = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'node-client', 'service.version': '1.2' }),
  spanProcessors: [new BatchSpanProcessor(exporter), new SimpleSpanProcessor(memory)],
});
const tracer = provider.getTracer('interop', '1.0');

const earlier = tracer.startSpan('earlier', { kind: SpanKind.PRODUCER });
earlier.end();
const root = tracer.startSpan('GET /all', {
  kind: SpanKind.SERVER,
  links: [{ context: earlier.spanContext(), attributes: { why: 'batch' } }],
  attributes: { text: 'plain ✓ <b>', yes: true, no: false, int: -7, big: 9007199254740991, double: 0.25, texts: ['a', 'b'], ints: [1, 2], flags: [true, false] },
});
const inside = trace.setSpan(context.active(), root);
const child = tracer.startSpan('SELECT', { kind: SpanKind.CLIENT }, inside);
child.addEvent('row', { count: 3, last: true });
child.addEvent('empty');
child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such table' });
child.end();
for (let number = 0; number < 50; ++number) tracer.startSpan(`step ${number}`, { attributes: { number } }, inside).end();
root.setStatus({ code: SpanStatusCode.OK });
root.end();

provider.forceFlush().then(() => {
  const spans = memory.getFinishedSpans().map((span) => ({
    trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId,
    parent_span_id: span.parentSpanContext ? span.parentSpanContext.spanId : '',
    service: 'node-client', name: span.name, kind: SpanKind[span.kind], status: SpanStatusCode[span.status.code],
    attributes: span.attributes,
    events: span.events.map((event) => ({ name: event.name, attributes: event.attributes || {} })),
    links: span.links.map((link) => ({ trace_id: link.context.traceId, span_id: link.context.spanId })),
  }));
  console.log(JSON.stringify(spans));
  return provider.shutdown();
});
