// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later

// Sends the scenario with the Go SDK: client grpc|http HOST:PORT [gzip]. Prints the spans.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

var kinds = map[trace.SpanKind]string{trace.SpanKindInternal: "INTERNAL", trace.SpanKindServer: "SERVER",
	trace.SpanKindClient: "CLIENT", trace.SpanKindProducer: "PRODUCER", trace.SpanKindConsumer: "CONSUMER"}
var statuses = map[codes.Code]string{codes.Unset: "UNSET", codes.Ok: "OK", codes.Error: "ERROR"}

func plain(attributes []attribute.KeyValue) map[string]any {
	out := map[string]any{}
	for _, a := range attributes {
		out[string(a.Key)] = a.Value.AsInterface()
	}
	return out
}

func exporter(ctx context.Context, protocol, endpoint string, gzip bool) (sdk.SpanExporter, error) {
	if protocol == "grpc" {
		options := []otlptracegrpc.Option{otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure()}
		if gzip {
			options = append(options, otlptracegrpc.WithCompressor("gzip"))
		}
		return otlptracegrpc.New(ctx, options...)
	}
	options := []otlptracehttp.Option{otlptracehttp.WithEndpoint(endpoint), otlptracehttp.WithInsecure()}
	if gzip {
		options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	return otlptracehttp.New(ctx, options...)
}

func main() {
	ctx := context.Background()
	sender, err := exporter(ctx, os.Args[1], os.Args[2], len(os.Args) > 3 && os.Args[3] == "gzip")
	if err != nil {
		panic(err)
	}
	memory := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithBatcher(sender), sdk.WithSyncer(memory),
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "go-client"))))
	tracer := provider.Tracer("interop", trace.WithInstrumentationVersion("1.0"))
	_, earlier := tracer.Start(ctx, "earlier", trace.WithSpanKind(trace.SpanKindProducer))
	earlier.End()
	inside, root := tracer.Start(ctx, "GET /all", trace.WithSpanKind(trace.SpanKindServer),
		trace.WithLinks(trace.Link{SpanContext: earlier.SpanContext()}),
		trace.WithAttributes(attribute.String("text", "plain ✓ <b>"), attribute.Bool("yes", true), attribute.Int("int", -7),
			attribute.Int64("big", 1<<53+1), attribute.Float64("double", 0.25), attribute.StringSlice("texts", []string{"a", "b"}),
			attribute.IntSlice("ints", []int{1, 2}), attribute.BoolSlice("flags", []bool{true, false}),
			attribute.Float64Slice("doubles", []float64{0.5, 1.5})))
	_, child := tracer.Start(inside, "SELECT", trace.WithSpanKind(trace.SpanKindClient))
	child.AddEvent("row", trace.WithAttributes(attribute.Int("count", 3), attribute.Bool("last", true)))
	child.AddEvent("empty")
	child.SetStatus(codes.Error, "no such table")
	child.End()
	for number := range 50 {
		_, step := tracer.Start(inside, fmt.Sprintf("step %d", number), trace.WithAttributes(attribute.Int("number", number)))
		step.End()
	}
	root.SetStatus(codes.Ok, "")
	root.End()

	spans := []map[string]any{}
	for _, span := range memory.GetSpans() {
		parent := ""
		if span.Parent.HasSpanID() {
			parent = span.Parent.SpanID().String()
		}
		events, links := []map[string]any{}, []map[string]any{}
		for _, e := range span.Events {
			events = append(events, map[string]any{"name": e.Name, "attributes": plain(e.Attributes)})
		}
		for _, l := range span.Links {
			links = append(links, map[string]any{"trace_id": l.SpanContext.TraceID().String(), "span_id": l.SpanContext.SpanID().String()})
		}
		spans = append(spans, map[string]any{"trace_id": span.SpanContext.TraceID().String(), "span_id": span.SpanContext.SpanID().String(),
			"parent_span_id": parent, "service": "go-client", "name": span.Name, "kind": kinds[span.SpanKind],
			"status": statuses[span.Status.Code], "attributes": plain(span.Attributes), "events": events, "links": links})
	}
	if err := provider.Shutdown(ctx); err != nil {
		panic(err)
	}
	out, err := json.Marshal(spans)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(out))
}
