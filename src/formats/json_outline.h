// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace waybill::formats {

// The keys at the top of the JSON documents that a text begins with, as paths: "resourceSpans",
// "data.spans[]", where
// "[]" is an element of an array. Never fails: it stops where the text stops making sense.
struct JsonOutline {
  bool isJson = false;  // begins like an object or array
  bool wasCut = false;  // the text ended inside a document
  std::set<std::string, std::less<>> paths;

  bool has(std::string_view path) const { return paths.find(path) != paths.end(); }
};

JsonOutline outlineOf(std::string_view head);

}  // namespace waybill::formats
