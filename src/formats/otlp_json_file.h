// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "formats/json_documents.h"
#include "formats/otlp_json_reader.h"
#include "formats/trace_format.h"

namespace waybill::formats {

// Reads one input of OTLP JSON: finds its documents, reads them one after the other, and goes on behind what
// is damaged. Memory is bounded: a document above JsonDocuments::kLargeBytes is read element by element, and a
// ResourceSpans above that in batches.
class OtlpJsonFile {
 public:
  // A document, or a single span in a larger one: simdjson's offsets have 32 bits.
  static constexpr uint64_t kMaxDocumentBytes = 0xFFFF'FF00;

  OtlpJsonFile(ReaderInput& input, WireSink& sink, std::stop_token stop);

  Result<void> read();

 private:
  using Shape = OtlpJsonReader::Shape;

  // What a part of the file was read to.
  struct PartResult {
    OtlpJsonReader::Found found;
    std::string firstProblem;
    std::optional<Error> fatal;
  };

  // A part of `whole`: documents from `begin` to the end of `input`.
  OtlpJsonFile(const OtlpJsonFile& whole, ReaderInput& input, uint64_t begin, WireSink& sink);
  PartResult readPart();
  void addToPart(const JsonDocuments::Extent& extent);
  void givePart();
  void finishParts();

  void readExtent(const JsonDocuments::Extent& extent);
  void readDocument(uint64_t begin, uint64_t end);
  std::optional<size_t> readWhole(uint64_t begin, uint64_t end, Shape shape);
  void readCut(uint64_t begin, uint64_t end, DiagnosticKind kind, std::string_view why, Shape shape);
  OtlpJsonReader::Outcome parse(std::string_view text, uint64_t offset, Shape shape);
  void noteDamage(uint64_t offset, simdjson::error_code error);
  void note(DiagnosticKind kind, uint64_t offset, std::string_view why);
  Result<void> conclude();

  // otlp_json_split.cpp: a ResourceSpans read in batches.
  struct SplitObject {
    std::string others;           // fields, each with a comma behind it
    std::vector<uint64_t> lists;  // where they begin
  };
  struct Batch {  // what stands around the elements
    std::string head, tail;
  };
  std::optional<SplitObject> splitObject(uint64_t begin, bool (*isList)(std::string_view key));
  bool readSplitResourceSpans(uint64_t begin);
  void readInBatches(uint64_t list, const Batch& around, const std::function<bool(uint64_t)>& split);
  void giveBatch(const Batch& around, uint64_t begin, uint64_t end);
  PartResult readBatch(const Batch& around, uint64_t begin);

  // otlp_json_large.cpp: a document read element by element. The offset behind the value; nullopt when it is
  // damaged or cut (said already), too large, or when to stop.
  std::optional<uint64_t> readLargeObject(uint64_t begin, int depth);
  std::optional<uint64_t> readLargeField(OtlpJsonReader::RootKey kind, uint64_t value, int depth);
  std::optional<uint64_t> readLargeArray(uint64_t begin, Shape shape, int depth);
  std::optional<uint64_t> readLargeElement(uint64_t begin, Shape shape, int depth);
  std::optional<uint64_t> afterElement(uint64_t at, char closing, bool& more);
  std::optional<uint64_t> skipValue(uint64_t begin);
  std::optional<uint64_t> endOfText(uint64_t begin);
  uint64_t skipSpace(uint64_t at);
  bool has(uint64_t at) { return m_input.reach(at + 1); }
  char byteAt(uint64_t at) const { return m_input.bytes()[at]; }
  std::nullopt_t damaged(uint64_t at);

  ReaderInput& m_input;
  const std::string m_file;
  WireSink& m_sink;
  const std::stop_token m_stop;
  JsonDocuments m_documents;
  OtlpJsonReader m_reader;
  std::unique_ptr<char[]>
      m_buffer;  // a copy of the document being read: a mapped file may change under a parser
  size_t m_bufferBytes = 0;
  std::string m_firstProblem;  // a sentence without its subject
  std::optional<Error> m_fatal;
  uint64_t m_partBegin = 0, m_partEnd = 0;  // documents that wait until they are worth a part
  std::deque<PartResult> m_parts;           // in their order; filled in while they are read
};

}  // namespace waybill::formats
