// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "formats/json_scalar.h"
#include "formats/otlp_json_file.h"

// A ResourceSpans too large to be parsed at once is read in batches: each is a small ResourceSpans with the fields of
// the large one, and of the ScopeSpans, around a run of its elements as they stand in the file.

namespace waybill::formats {
namespace {

constexpr uint64_t kMaxShared = uint64_t{1} << 20;  // of fields repeated around each batch

bool isSpanList(std::string_view key) { return key == "spans"; }

}  // namespace

// The fields of the object at `begin`: the lists, and the text of all others. Nullopt when it is damaged or the others
// are too long to be repeated.
std::optional<OtlpJsonFile::SplitObject> OtlpJsonFile::splitObject(uint64_t begin,
                                                                   bool (*isList)(std::string_view key)) {
  SplitObject object;
  uint64_t at = skipSpace(begin + 1);
  for (bool more = has(at) && byteAt(at) != '}'; more;) {
    at = skipSpace(at);
    const uint64_t keyBegin = at;
    const auto keyEnd = has(at) && byteAt(at) == '"' ? endOfText(at) : std::nullopt;
    if (!keyEnd) return std::nullopt;
    std::string key(m_input.bytes().substr(at + 1, *keyEnd - at - 2));
    key.resize(unescapeJson(std::string(key), key.data()));
    at = skipSpace(*keyEnd);
    if (!has(at) || byteAt(at) != ':') return std::nullopt;
    const uint64_t value = skipSpace(at + 1);
    const auto end = has(value) ? skipValue(value) : std::nullopt;
    if (!end) return std::nullopt;
    if (isList(key) && byteAt(value) == '{') return std::nullopt;  // one element without its list
    if (isList(key) && byteAt(value) == '[') {
      object.lists.push_back(value);
    } else {
      if (object.others.size() + (*end - keyBegin) > kMaxShared) return std::nullopt;
      object.others += std::string(m_input.bytes().substr(keyBegin, *end - keyBegin)) + ",";
    }
    at = skipSpace(*end);
    more = has(at) && byteAt(at) == ',';
    if (!more && (!has(at) || byteAt(at) != '}')) return std::nullopt;
    ++at;
  }
  return object;
}

// False when it has to be read at once, or is damaged.
bool OtlpJsonFile::readSplitResourceSpans(uint64_t begin) {
  const auto resource = splitObject(begin, &isScopeListKey);
  if (!resource) return false;
  const std::string head = "{" + resource->others + "\"scopeSpans\":[";
  for (const uint64_t list : resource->lists) {
    readInBatches(list, {head, "]}"}, [&](uint64_t scopeBegin) {
      const auto scope = splitObject(scopeBegin, &isSpanList);
      if (!scope) return false;
      const Batch around = {head + "{" + scope->others + "\"spans\":[", "]}]}"};
      for (const uint64_t spans : scope->lists) readInBatches(spans, around, [](uint64_t) { return false; });
      return true;
    });
  }
  return true;
}

// `split` takes an element that is too large for a batch apart, or says that it cannot be.
void OtlpJsonFile::readInBatches(uint64_t list, const Batch& around, const std::function<bool(uint64_t)>& split) {
  uint64_t batchBegin = 0;
  uint64_t batchEnd = 0;
  const auto give = [&] {
    if (batchEnd > batchBegin) giveBatch(around, batchBegin, batchEnd);
    batchBegin = batchEnd = 0;
  };
  uint64_t at = skipSpace(list + 1);
  for (bool more = has(at) && byteAt(at) != ']'; more && !m_reader.lookForStop(at);) {
    at = skipSpace(at);
    const auto end = skipValue(at);
    if (!end) break;
    const bool isLarge = *end - at > JsonDocuments::kLargeBytes;
    if (isLarge) give();
    if (!isLarge || !split(at)) {
      if (batchEnd == 0) batchBegin = at;
      batchEnd = *end;
      if (batchEnd - batchBegin >= kPartBytes) give();
    }
    const auto next = afterElement(*end, ']', more);
    if (!next) break;
    at = *next;
  }
  give();
}

void OtlpJsonFile::giveBatch(const Batch& around, uint64_t begin, uint64_t end) {
  m_reader.finish();  // what was read before comes first
  m_sink.part([this, result = &m_parts.emplace_back(), mapping = m_input.mapping(), around, begin,
               end](WireSink& sink) {
    ReaderInput input(mapping, end);
    *result = OtlpJsonFile(*this, input, begin, sink).readBatch(around, begin);
  });
}

OtlpJsonFile::PartResult OtlpJsonFile::readBatch(const Batch& around, uint64_t begin) {
  const std::string text = around.head + std::string(m_input.bytes().substr(begin)) + around.tail;
  const uint64_t headBytes = around.head.size();
  const OtlpJsonReader::Outcome outcome =
      parse(text, begin > headBytes ? begin - headBytes : 0, Shape::ResourceSpans);
  if (outcome.error != simdjson::SUCCESS) {
    noteDamage(begin + outcome.errorAt - std::min<uint64_t>(headBytes, outcome.errorAt), outcome.error);
  }
  m_reader.finish();
  return {m_reader.found(), m_firstProblem, m_fatal};
}

}  // namespace waybill::formats
