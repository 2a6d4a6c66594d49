// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/made_input.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <sstream>

#include "golden/program.h"

namespace waybill::golden {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kStart = 1'795'167'667'000'000'000;  // 2026-11-20T09:41:07Z

std::string spanJson(uint64_t id, uint64_t parent, uint64_t startNs, uint64_t endNs,
                     const std::string& attributes) {
  std::array<char, 400> text{};
  std::snprintf(
      text.data(), text.size(),
      R"({"traceId":"0000000000000000000000000000c0de","spanId":"%016llx","parentSpanId":"%s",)"
      R"("name":"step","kind":1,"startTimeUnixNano":"%llu","endTimeUnixNano":"%llu","attributes":[)",
      static_cast<unsigned long long>(id), "", static_cast<unsigned long long>(startNs),
      static_cast<unsigned long long>(endNs));
  std::string json = text.data();
  if (parent != 0) {
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(parent));
    json.insert(json.find(R"("parentSpanId":")") + 16, text.data());
  }
  return json + attributes + "]}";
}

std::string documentJson(const std::string& spans) {
  return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"made"}}]},)"
         R"("scopeSpans":[{"spans":[)" +
         spans + "]}]}]}\n";
}

std::string chain(uint64_t spans) {
  std::string json;
  for (uint64_t i = 0; i < spans; ++i) {
    json += (i > 0 ? ",\n" : "") + spanJson(i + 1, i, kStart + i, kStart + 10 * spans - i, "");
  }
  return documentJson(json);
}

std::string wide(uint64_t spans) {
  std::string json = spanJson(1, 0, kStart, kStart + 1000 * spans, "");
  for (uint64_t i = 1; i < spans; ++i) {
    json += ",\n" + spanJson(i + 1, 1, kStart + 1000 * (i - 1), kStart + 1000 * i, "");
  }
  return documentJson(json);
}

std::string nestedValue(uint64_t depth) {
  std::string value, end;
  for (uint64_t i = 0; i < depth; ++i) {
    value += R"({"arrayValue":{"values":[)";
    end += "]}}";
  }
  const std::string attribute = R"({"key":"deep","value":)" + value + R"({"intValue":"7"})" + end + "}";
  return documentJson(spanJson(1, 0, kStart, kStart + 1000, attribute));
}

}  // namespace

void makeInput(const std::string& line, const fs::path& folder) {
  std::istringstream words(line);
  std::string verb, name, source;
  words >> verb >> name;
  const fs::path path = folder / name;
  uint64_t number = 0;
  if (verb == "cut") words >> source;
  words >> number;
  if (verb == "folder") {
    fs::create_directory(path);
  } else if (verb == "sparse") {
    writeFile(path, "");
    fs::resize_file(path, number);
  } else if (verb == "nested") {
    writeFile(path, R"({"resourceSpans":)" + std::string(number, '['));
  } else if (verb == "nested-value") {
    writeFile(path, nestedValue(number));
  } else if (verb == "chain") {
    writeFile(path, chain(number));
  } else if (verb == "wide") {
    writeFile(path, wide(number));
  } else if (verb == "cut") {
    writeFile(path, readFile(folder / source).substr(0, number));
  } else if (verb == "unreadable") {
    writeFile(path, "{}");
    fs::permissions(path, fs::perms::none);
  } else {
    ADD_FAILURE() << "setup: unknown line: " << line;
  }
}

}  // namespace waybill::golden
