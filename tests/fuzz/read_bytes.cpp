// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/read_bytes.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "formats/registry.h"

namespace waybill::fuzz {
namespace {

class StoreSink : public formats::WireSink {
 public:
  explicit StoreSink(store::TraceStore& store) : m_store(store) {}
  void message(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) override {
    m_store.append(chunk, tracesData);
  }
  void progress(uint64_t) override {}
  Diagnostics& diagnostics() override { return m_diagnostics; }

 private:
  store::TraceStore& m_store;
  Diagnostics m_diagnostics;
};

size_t look(const std::vector<otlp::AttributeView>& attributes) {
  size_t bytes = 0;
  for (const otlp::AttributeView& attribute : attributes) {
    bytes += attribute.key.size() + otlp::valueText(attribute.value).size();
  }
  return bytes;
}

}  // namespace

void lookAtEverything(const store::Snapshot& snapshot) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < snapshot.spanCount(); ++i) {
    const SpanRow row(i);
    const otlp::SpanView span = snapshot.span(row);
    bytes += look(span.attributes()) + look(snapshot.resource(row).attributes) +
             look(snapshot.scope(row).attributes);
    for (const otlp::EventView& event : span.events()) bytes += look(event.attributes);
    for (const otlp::LinkView& link : span.links()) bytes += look(link.attributes);
    bytes += otlp::idText(span.traceId).size() + snapshot.name(row).size() + snapshot.service(row).size();
  }
  uint32_t visited = 0;
  for (uint32_t i = 0; i < snapshot.traceCount(); ++i) {
    snapshot.forEachSpan(TraceIndex(i), [&visited](SpanRow) { ++visited; });
  }
  // Every span belongs to exactly one trace.
  if (visited != snapshot.spanCount() || bytes == SIZE_MAX) std::abort();
}

void readAs(std::string_view formatId, std::string_view bytes) {
  const int descriptor = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (descriptor < 0 || ::write(descriptor, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return;
  auto mapped = MappedFile::fromDescriptor(descriptor, "input");
  ::close(descriptor);
  if (!mapped.ok()) return;
  (void)formats::detect(bytes, true);
  (void)formats::describeUnknown(bytes, true);
  store::TraceStore store;
  StoreSink sink(store);
  for (const formats::TraceFormat& format : formats::all()) {
    formats::ReaderInput input(mapped.value());
    if (format.id == formatId) (void)format.read(input, sink, {});
  }
  store.publish();
  lookAtEverything(*store.snapshot());
}

}  // namespace waybill::fuzz
