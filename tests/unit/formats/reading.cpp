// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/formats/reading.h"

#include "base/bytes.h"
#include "opentelemetry/proto/trace/v1/trace.pb.h"

namespace waybill::tests {

Reading readBytes(std::string_view bytes) {
  store::TraceStore store;
  Reading reading;
  reading.file = ingest::loadBytes(bytes, "input", store).files.at(0);
  reading.snapshot = store.snapshot();
  return reading;
}

std::vector<std::string> Reading::attributes(uint32_t row) const {
  std::vector<std::string> texts;
  const otlp::SpanView view = span(row);
  for (const otlp::AttributeView& attribute : view.attributes()) {
    texts.push_back(std::string(attribute.key) + "=" + otlp::valueText(attribute.value));
  }
  return texts;
}

void lookAtEverything(const store::Snapshot& snapshot) {
  size_t bytes = 0;
  const auto look = [&bytes](const std::vector<otlp::AttributeView>& attributes) {
    for (const otlp::AttributeView& attribute : attributes) bytes += otlp::valueText(attribute.value).size();
  };
  for (uint32_t row = 0; row < snapshot.spanCount(); ++row) {
    const otlp::SpanView span = snapshot.span(SpanRow(row));
    look(span.attributes());
    for (const otlp::EventView& event : span.events()) look(event.attributes);
    for (const otlp::LinkView& link : span.links()) look(link.attributes);
    look(snapshot.resource(SpanRow(row)).attributes);
    look(snapshot.scope(SpanRow(row)).attributes);
    bytes += snapshot.name(SpanRow(row)).size() + snapshot.service(SpanRow(row)).size();
  }
  for (uint32_t trace = 0; trace < snapshot.traceCount(); ++trace) {
    snapshot.forEachSpan(TraceIndex(trace), [&bytes](SpanRow row) { bytes += row.value; });
  }
}

std::string documentOf(std::string_view spanFields) {
  return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},)"
         R"("scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[{)" +
         std::string(spanFields) + R"(}]}]}]})";
}

std::string protoOf(int spans) {
  opentelemetry::proto::trace::v1::TracesData data;
  for (int i = 0; i < spans; ++i) {
    auto* const resource = data.add_resource_spans();
    auto* const attribute = resource->mutable_resource()->add_attributes();
    attribute->set_key("service.name");
    attribute->mutable_value()->set_string_value("cart");
    auto* const span = resource->add_scope_spans()->add_spans();
    span->set_trace_id(std::string(15, 'a') + static_cast<char>(1 + i % 100));
    span->set_span_id("spanid" + std::string(1, static_cast<char>(1 + i % 100)) + "x");
    span->set_name("GET /" + std::to_string(i));
    span->set_start_time_unix_nano(1'700'000'000'000'000'000 + static_cast<uint64_t>(i));
    span->set_end_time_unix_nano(1'700'000'000'000'001'000 + static_cast<uint64_t>(i));
  }
  return data.SerializeAsString();
}

std::string bigEndianLength(std::string_view message) {
  std::string framed(4, '\0');
  storeBigEndian32(framed.data(), static_cast<uint32_t>(message.size()));
  return framed + std::string(message);
}

}  // namespace waybill::tests
