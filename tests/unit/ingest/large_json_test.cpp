// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "formats/json_documents.h"
#include "ingest/file_loader.h"

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;

constexpr int kSpans = 60'000;
constexpr std::string_view kResource =
    R"("resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},"schemaUrl":"r")";
constexpr std::string_view kScope = R"("scope":{"name":"lib","version":"2"},"schemaUrl":"s")";

std::string spanNumber(int number) {
  const std::string digits = std::to_string(1'000'000 + number);
  return R"({"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7e)" + digits + R"(0","name":"n)" + digits +
         R"(","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[{"key":"text","value":{"stringValue":")" +
         std::string(200, 'x') + R"(]}"}}]})";
}

std::string spansOf(int begin, int end) {
  std::string list;
  for (int i = begin; i < end; ++i) list += (i == begin ? "" : ",\n ") + spanNumber(i);
  return "[" + list + "]";
}

class LargeJson : public testing::Test {
 protected:
  void SetUp() override { m_path = WAYBILL_TEST_OUTPUT "/large-json-" + std::to_string(::getpid()); }
  void TearDown() override { fs::remove(m_path); }

  // One document with one ResourceSpans.
  std::shared_ptr<const store::Snapshot> load(std::string_view resourceSpans, size_t threads) {
    EXPECT_GT(resourceSpans.size(), formats::JsonDocuments::kLargeBytes);
    fs::remove(m_path);
    std::ofstream(m_path, std::ios::binary) << R"({"resourceSpans":[)" << resourceSpans << "]}";
    store::TraceStore store;
    EXPECT_EQ(loadFiles({m_path}, store, {}, {}, threads).files.at(0).error, "");
    return store.snapshot();
  }

  void expectAllSpans(const store::Snapshot& snapshot) {
    ASSERT_EQ(snapshot.spanCount(), static_cast<uint32_t>(kSpans));
    EXPECT_TRUE(snapshot.diagnostics().entries().empty());
    for (int i = 0; i < kSpans; ++i) {
      const SpanRow row(static_cast<uint32_t>(i));
      ASSERT_EQ(snapshot.name(row), "n" + std::to_string(1'000'000 + i));
      ASSERT_EQ(snapshot.service(row), "cart");
      ASSERT_EQ(snapshot.scope(row).name, "lib");
      ASSERT_EQ(snapshot.text(snapshot.context(row).resourceSchemaUrl), "r");
      ASSERT_EQ(snapshot.text(snapshot.context(row).scopeSchemaUrl), "s");
    }
  }

  std::string m_path;
};

}  // namespace

TEST_F(LargeJson, OneScopeOfManySpansIsReadInBatches) {
  const std::string before = "{" + std::string(kResource) + R"(,"scopeSpans":[{)" + std::string(kScope) +
                             R"(,"spans":)" + spansOf(0, kSpans) + "}]}";
  const std::string behind = R"({"scopeSpans":[{"spans":)" + spansOf(0, kSpans) + "," + std::string(kScope) + "}]," +
                             std::string(kResource) + "}";
  for (const size_t threads : {size_t{1}, size_t{3}}) {
    expectAllSpans(*load(before, threads));
    expectAllSpans(*load(behind, threads));
  }
}

TEST_F(LargeJson, ManyScopesAreReadInBatches) {
  std::string scopes;
  const auto add = [&scopes](int begin, int end) {
    scopes += (scopes.empty() ? "" : " , ") + ("{" + std::string(kScope)) + R"(,"spans":)" + spansOf(begin, end) + "}";
  };
  for (int i = 0; i < 2000; i += 10) add(i, i + 10);
  add(2000, kSpans - 5);
  add(kSpans - 5, kSpans);
  expectAllSpans(*load("{" + std::string(kResource) + R"(, "scope_spans" : [ )" + scopes + " ] }", 3));
}

TEST_F(LargeJson, DamageHasItsPlaceAndCostsOneBatch) {
  std::string text = "{" + std::string(kResource) + R"(,"scopeSpans":[{)" + std::string(kScope) + R"(,"spans":)" +
                     spansOf(0, kSpans) + "}]}";
  const size_t at = text.find("n1030000");
  text.replace(at + 8, 3, "\"?\"");
  const auto snapshot = load(text, 3);
  EXPECT_LT(snapshot->spanCount(), static_cast<uint32_t>(kSpans));
  EXPECT_GT(snapshot->spanCount(), static_cast<uint32_t>(kSpans * 2 / 3));
  ASSERT_EQ(snapshot->diagnostics().count(DiagnosticKind::UnreadableRecord), 1U);
  const uint64_t inFile = at + std::string_view(R"({"resourceSpans":[)").size();
  EXPECT_NEAR(static_cast<double>(snapshot->diagnostics().entries().at(0).offset), static_cast<double>(inFile), 20);
}

}  // namespace waybill::ingest
