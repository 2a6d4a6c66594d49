// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::analysis {

// A text that differs from call to call, parted into what stays and what changes: "SELECT * FROM t WHERE id = ?".
// Pure functions, any thread, linear in the text; texts longer than kMaxTemplateBytes are cut.
struct Templated {
  std::string text;
  uint64_t parametersHash = 0;  // of the parameters, in order; the same on every machine
  uint32_t parameters = 0;      // how many were taken out
  bool erased = false;          // placeholders stood where parameters would: those are unknown, whatever else is known

  static constexpr size_t kMaxTemplateBytes = 4096;
};

// Literals become ?, lists of them (?), whatever their length; comments and runs of white space go. Placeholders of
// every dialect (?, ?1, $1, $name, :name, @name, %s, %(name)s) become ? too, and what redacts a value ('***', REDACTED).
Templated sqlTemplate(std::string_view statement);

// A command of a key-value store: "GET user:17" becomes "GET user:?", all its arguments one parameter.
Templated commandTemplate(std::string_view command);

// A path, or a whole URL without scheme, credentials and fragment: ids (numbers, UUIDs, hashes, long tokens) become
// {id}, values of the query ?.
Templated urlTemplate(std::string_view url);

// A span name: as the two above where it looks like one, else its words with ids replaced.
Templated nameTemplate(std::string_view spanName);

// Whether a word is an id rather than a name: digits, a UUID, a hash, a long token with digits.
bool looksLikeId(std::string_view word);

// A stable hash, the same in every process and on every machine (FNV-1a, finished).
uint64_t stableHash(std::string_view text, uint64_t seed = 0);
// Mixes two hashes; order matters.
uint64_t mixHash(uint64_t a, uint64_t b);

}  // namespace waybill::analysis
