// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sends the scenario with the Java SDK: Client grpc|http ENDPOINT [gzip]. Prints the spans.
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

public class Client {
  static class Memory implements SpanExporter {
    final List<SpanData> spans = new ArrayList<>();
    @Override public CompletableResultCode export(Collection<SpanData> finished) {
      spans.addAll(finished);
      return CompletableResultCode.ofSuccess();
    }
    @Override public CompletableResultCode flush() { return CompletableResultCode.ofSuccess(); }
    @Override public CompletableResultCode shutdown() { return CompletableResultCode.ofSuccess(); }
  }

  public static void main(String[] arguments) {
    String compression = arguments.length > 2 ? arguments[2] : "none";
    SpanExporter exporter = arguments[0].equals("grpc")
        ? OtlpGrpcSpanExporter.builder().setEndpoint("http://" + arguments[1]).setCompression(compression).build()
        : OtlpHttpSpanExporter.builder().setEndpoint("http://" + arguments[1] + "/v1/traces").setCompression(compression).build();
    Memory memory = new Memory();
    SdkTracerProvider provider = SdkTracerProvider.builder()
        .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "java-client")))
        .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
        .addSpanProcessor(SimpleSpanProcessor.create(memory)).build();
    Tracer tracer = provider.get("interop", "1.0");
    Span earlier = tracer.spanBuilder("earlier").setSpanKind(SpanKind.PRODUCER).startSpan();
    earlier.end();
    Span root = tracer.spanBuilder("GET /all").setSpanKind(SpanKind.SERVER).addLink(earlier.getSpanContext())
        .setAttribute("text", "plain \u2713 <b>").setAttribute("yes", true).setAttribute("int", -7L)
        .setAttribute("big", 9007199254740993L).setAttribute("double", 0.25)
        .setAttribute(AttributeKey.stringArrayKey("texts"), List.of("a", "b"))
        .setAttribute(AttributeKey.longArrayKey("ints"), List.of(1L, 2L))
        .setAttribute(AttributeKey.booleanArrayKey("flags"), List.of(true, false))
        .setAttribute(AttributeKey.doubleArrayKey("doubles"), List.of(0.5, 1.5)).startSpan();
    Context inside = Context.current().with(root);
    Span child = tracer.spanBuilder("SELECT").setSpanKind(SpanKind.CLIENT).setParent(inside).startSpan();
    child.addEvent("row", Attributes.of(AttributeKey.longKey("count"), 3L, AttributeKey.booleanKey("last"), true));
    child.addEvent("empty");
    child.setStatus(StatusCode.ERROR, "no such table");
    child.end();
    for (int number = 0; number < 50; ++number) {
      tracer.spanBuilder("step " + number).setParent(inside).setAttribute("number", number).startSpan().end();
    }
    root.setStatus(StatusCode.OK);
    root.end();
    provider.shutdown().join(30, TimeUnit.SECONDS);
    System.out.println("[" + memory.spans.stream().map(Client::json).collect(Collectors.joining(",")) + "]");
  }

  static String json(SpanData span) {
    boolean hasParent = span.getParentSpanContext().isValid();
    return "{\"trace_id\":" + text(span.getTraceId()) + ",\"span_id\":" + text(span.getSpanId()) + ",\"parent_span_id\":"
        + text(hasParent ? span.getParentSpanId() : "") + ",\"service\":\"java-client\",\"name\":" + text(span.getName())
        + ",\"kind\":" + text(span.getKind().name()) + ",\"status\":" + text(span.getStatus().getStatusCode().name())
        + ",\"attributes\":" + json(span.getAttributes()) + ",\"events\":["
        + span.getEvents().stream().map(e -> "{\"name\":" + text(e.getName()) + ",\"attributes\":" + json(e.getAttributes()) + "}").collect(Collectors.joining(","))
        + "],\"links\":["
        + span.getLinks().stream().map(l -> "{\"trace_id\":" + text(l.getSpanContext().getTraceId()) + ",\"span_id\":" + text(l.getSpanContext().getSpanId()) + "}").collect(Collectors.joining(","))
        + "]}";
  }

  static String json(Attributes attributes) {
    return "{" + attributes.asMap().entrySet().stream().map(e -> text(e.getKey().getKey()) + ":" + value(e.getValue())).collect(Collectors.joining(",")) + "}";
  }

  static String value(Object value) {
    if (value instanceof String) return text((String) value);
    if (value instanceof List) return "[" + ((List<?>) value).stream().map(Client::value).collect(Collectors.joining(",")) + "]";
    return String.valueOf(value);
  }

  // Names and values here hold neither quotes nor control characters.
  static String text(String value) { return "\"" + value + "\""; }
}
