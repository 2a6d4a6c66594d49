// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/json_messages.h"

#include <cstring>

#include "formats/otlp_json_reader.h"

namespace waybill::ingest {
namespace {

class Collector : public formats::WireSink {
 public:
  explicit Collector(JsonMessages& result) : m_result(result) {}
  void message(const std::shared_ptr<const Chunk>& chunk, std::string_view tracesData) override {
    m_result.chunks.push_back(chunk);
    m_result.messages.push_back(tracesData);
  }
  void progress(uint64_t) override {}
  Diagnostics& diagnostics() override { return m_result.diagnostics; }

 private:
  JsonMessages& m_result;
};

}  // namespace

JsonMessages readJsonMessages(std::string_view text, const std::string& name, uint64_t offset) {
  JsonMessages result;
  // The parser looks a little beyond the end.
  const std::unique_ptr<char[]> padded(new char[text.size() + simdjson::SIMDJSON_PADDING]);
  if (!text.empty()) std::memcpy(padded.get(), text.data(), text.size());
  std::memset(padded.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  Collector collector(result);
  formats::OtlpJsonReader reader(collector, name, text.size(), {});
  const auto outcome =
      reader.read({padded.get(), text.size()}, offset, formats::OtlpJsonReader::Shape::Anything);
  const size_t rest = text.find_first_not_of(" \t\r\n", outcome.end);
  reader.finish();
  if (outcome.error != simdjson::SUCCESS) {
    result.error = text.empty() ? "it is empty" : "it is damaged at byte " + std::to_string(outcome.errorAt);
  } else if (rest != std::string_view::npos) {
    result.error = "something follows it at byte " + std::to_string(rest);
  } else if (reader.found().otherSignal()) {
    result.otherSignals = reader.otherSignals();
    if (!reader.found().spans) result.error = "it holds " + result.otherSignals;
  }
  return result;
}

}  // namespace waybill::ingest
