// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "support/trace_generator.h"

namespace {

using waybill::test::GeneratorOptions;
using waybill::test::TraceEncoding;
using waybill::test::TraceShape;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// 0 done, 2 the file cannot be written.
int writeFile(const GeneratorOptions& options, const std::string& path) {
  const bool toStandardOutput = path == "-";
  std::unique_ptr<std::FILE, CloseFile> owned(toStandardOutput ? nullptr : std::fopen(path.c_str(), "wb"));
  std::FILE* file = toStandardOutput ? stdout : owned.get();
  if (file == nullptr) {
    std::perror(path.c_str());
    return 2;
  }
  const bool written = waybill::test::generateTraces(options, [&](std::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  });
  if (!written || std::fflush(file) != 0) {
    std::perror(path.c_str());
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes seeded, believable trace files of any size for tests and measurements.");
  GeneratorOptions options;
  std::string path, encoding = "otlp-proto";
  bool delimited = false;
  const std::map<std::string, TraceShape> shapes{
      {"mixed", TraceShape::Mixed}, {"chain", TraceShape::Chain}, {"wide", TraceShape::Wide}};
  app.add_option("--traces", options.traces, "How many traces")->capture_default_str();
  app.add_option("--spans-per-trace", options.spansPerTrace, "Spans in each")->capture_default_str();
  app.add_option("--shape", options.shape,
                 "mixed, chain (each span in the one before) or wide (all in the first)")
      ->transform(CLI::CheckedTransformer(shapes));
  app.add_option("--seed", options.seed, "The same seed makes the same file")->capture_default_str();
  app.add_option("--to", encoding, "otlp-proto or otlp-jsonl")
      ->check(CLI::IsMember({"otlp-proto", "otlp-jsonl"}))
      ->capture_default_str();
  app.add_flag("--delimited", delimited, "A 32-bit big-endian length before each batch of otlp-proto");
  app.add_option("-o,--output", path, "The file to write; - is standard output")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (encoding == "otlp-jsonl") {
    options.encoding = TraceEncoding::OtlpJsonLines;
  } else if (delimited) {
    options.encoding = TraceEncoding::OtlpProtoDelimited;
  }
  return writeFile(options, path);
}
