// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/file_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kLine =
    R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",)"
    R"("spanId":"eee19b7ec3c1b174","name":"x","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]})"
    "\n";

class FileLoader : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = WAYBILL_TEST_OUTPUT "/loader-XXXXXX";
    m_folder = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(m_folder); }

  std::string file(const std::string& name, std::string_view content) {
    const fs::path path = m_folder / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  LoadReport load(const std::vector<std::string>& paths) { return loadFiles(paths, m_store); }
  std::string errorOf(const std::string& path) { return load({path}).files.at(0).error; }

  fs::path m_folder;
  store::TraceStore m_store;
};

TEST_F(FileLoader, ReadsFilesAsOftenAsTheyAreGiven) {
  const std::string path = file("a.bin", kLine);  // by content, not by suffix
  const LoadReport report = load({path, path});
  ASSERT_EQ(report.files.size(), 2U);
  EXPECT_EQ(report.files[0].format, "otlp-json");
  EXPECT_EQ(report.files[0].formatTitle, "OTLP JSON");
  EXPECT_EQ(report.files[0].container, "none");
  EXPECT_EQ(report.files[0].bytes, kLine.size());
  EXPECT_EQ(report.files[0].traces, 1U);
  EXPECT_EQ(report.files[1].traces, 0U);
  EXPECT_EQ(m_store.snapshot()->spanCount(), 2U);
  EXPECT_TRUE(report.anyRead());
  EXPECT_EQ(report.firstError(), "");
}

TEST_F(FileLoader, ReadsFoldersByNameAndForgivesOtherFiles) {
  file("b/two.json", kLine);
  file("a.json", kLine);
  file("README.md", "no trace");
  file(".hidden.json", kLine);
  ::mkfifo((m_folder / "pipe").c_str(), 0600);
  fs::create_directory_symlink(m_folder, m_folder / "b" / "loop");
  const LoadReport report = load({m_folder.string()});
  ASSERT_EQ(report.files.size(), 4U);
  EXPECT_THAT(report.files[0].path, HasSubstr("README.md"));
  EXPECT_THAT(report.files[0].error, HasSubstr("is plain text, not a trace. Waybill reads OTLP"));
  EXPECT_THAT(report.files[1].path, HasSubstr("a.json"));
  EXPECT_THAT(report.files[2].path, HasSubstr("two.json"));
  EXPECT_THAT(report.files[3].error, HasSubstr("is a named pipe"));
  EXPECT_EQ(report.firstError(), "");
  EXPECT_EQ(m_store.snapshot()->spanCount(), 2U);
}

TEST_F(FileLoader, SaysInOneSentenceWhyNot) {
  EXPECT_THAT(errorOf("/no/such/file"), HasSubstr("/no/such/file does not exist."));
  EXPECT_THAT(errorOf(file("empty", "")), HasSubstr("is empty"));
  EXPECT_THAT(errorOf("/dev/zero"), HasSubstr("is a device"));
  EXPECT_THAT(errorOf(file("p.png", "\x89PNG\r\n\x1a\n")),
              HasSubstr("is a PNG image, not a trace. Waybill reads OTLP as protobuf or JSON"));
  EXPECT_THAT(errorOf(file("j.json", R"({"data":[{"traceID":"1","spans":[]}]})")),
              HasSubstr("is Jaeger JSON, which cannot be read."));
  fs::create_directory(m_folder / "none");
  EXPECT_THAT(errorOf((m_folder / "none").string()), HasSubstr("is a folder without files."));
  const LoadReport report = load({"/no/such/file", file("ok.json", kLine)});
  EXPECT_TRUE(report.anyRead());
  EXPECT_THAT(report.firstError(), HasSubstr("does not exist"));
}

TEST_F(FileLoader, RefusesAHugeSparseFileAtOnce) {
  const std::string path = file("sparse", "");
  fs::resize_file(path, uintmax_t{10} << 30);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(errorOf(path), HasSubstr("binary data, all zeros"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST_F(FileLoader, ReadsANamedPipe) {
  const std::string path = (m_folder / "pipe").string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] {
    std::ofstream out(path);
    for (int i = 0; i < 1000; ++i) out << kLine;
  });
  const LoadReport report = load({path});
  writer.join();
  EXPECT_EQ(report.files.at(0).error, "");
  EXPECT_EQ(report.files.at(0).spans, 1000U);
}

TEST_F(FileLoader, TellsProgressAndStopsWhenAsked) {
  std::string lines;
  for (int i = 0; i < 200000; ++i) lines += kLine;
  const std::string path = file("large.jsonl", lines);
  std::stop_source stop;
  int calls = 0;
  const LoadReport report = loadFiles({path}, m_store, stop.get_token(), [&](const LoadProgress& progress) {
    EXPECT_EQ(progress.bytesTotal, lines.size());
    EXPECT_LE(progress.bytesDone, progress.bytesTotal);
    ++calls;
    stop.request_stop();
  });
  EXPECT_TRUE(report.cancelled);
  EXPECT_GE(calls, 1);
  EXPECT_LT(m_store.snapshot()->spanCount(), 200000U);
  EXPECT_EQ(report.files.at(0).error, "");
}

TEST_F(FileLoader, SaysWhenAFileWasShortenedWhileItWasRead) {
  std::string lines;
  for (int i = 0; i < 200000; ++i) lines += kLine;
  const std::string path = file("shrinking.jsonl", lines);
  bool shortened = false;
  const LoadReport report = loadFiles({path}, m_store, {}, [&](const LoadProgress&) {
    if (!shortened) fs::resize_file(path, 100);
    shortened = true;
  });
  EXPECT_THAT(report.files.at(0).error, HasSubstr("was shortened"));
  EXPECT_EQ(m_store.snapshot()->diagnostics().count(DiagnosticKind::FileChanged), 1U);
}

TEST(LoadBytes, ReadsWhatWasPasted) {
  store::TraceStore store;
  const LoadReport report = loadBytes(kLine, "the clipboard", store);
  EXPECT_EQ(report.files.at(0).spans, 1U);
  EXPECT_THAT(loadBytes("hello", "the clipboard", store).firstError(),
              HasSubstr("the clipboard is plain text"));
  EXPECT_THAT(loadBytes("", "the clipboard", store).firstError(), HasSubstr("the clipboard is empty"));
}

}  // namespace
}  // namespace waybill::ingest
