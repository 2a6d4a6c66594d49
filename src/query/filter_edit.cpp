// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/filter_edit.h"

#include <algorithm>

#include "query/facet_counts.h"

namespace waybill::query {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

}  // namespace

std::string termText(std::string_view key, std::string_view value, bool negated) {
  return (negated ? "!" : "") + std::string(key) + "=" + quotedValue(value);
}

std::string withTerm(std::string_view text, std::string_view term) {
  const size_t end = text.find_last_not_of(kBlanks);
  if (end == std::string_view::npos) return std::string(term);
  const std::string after = std::string(text.substr(0, end + 1)) + ' ' + std::string(term);
  const FilterText before = readFilter(text), now = readFilter(after);
  const bool isTaken = now.words == before.words && now.terms.size() == before.terms.size() + 1 &&
                       now.terms.back().end == after.size() && now.terms.back().begin == after.size() - term.size();
  return isTaken ? after : std::string(term) + ' ' + std::string(text);
}

std::string withoutTerms(std::string_view text, const std::function<bool(const Term&)>& isMeant) {
  std::string out;
  size_t from = 0;
  for (const Term& term : readFilter(text).terms) {
    if (!isMeant(term)) continue;
    out += text.substr(from, term.begin - from);
    // With the blanks after it.
    from = std::min(text.size(), text.find_first_not_of(kBlanks, term.end));
  }
  out += text.substr(from);
  if (from > 0) out.erase(out.find_last_not_of(kBlanks) + 1);
  return out;
}

std::string withValue(std::string_view text, std::string_view key, std::string_view value, ValueChange change) {
  const std::optional<Term> meant = readKey(key);
  if (!meant) return std::string(text);
  const auto isIt = [&](const Term& term) { return isSameKey(term, *meant) && isAboutValue(term, value); };
  bool wasChosen = false, wasExcluded = false;
  for (const Term& term : readFilter(text).terms) {
    if (isIt(term)) (term.negated ? wasExcluded : wasChosen) = true;
  }
  const std::string rest = withoutTerms(text, [&](const Term& term) {
    if (!isSameKey(term, *meant)) return false;
    if (change == ValueChange::Only || isIt(term)) return true;
    const bool isAnother = !term.negated && term.comparison.op() == Operator::Equal;
    return isAnother && change == ValueChange::Toggle && !wasChosen && !wasExcluded;
  });
  switch (change) {
    case ValueChange::Toggle:
      if (wasExcluded) return rest;
      [[fallthrough]];
    case ValueChange::Add: return wasChosen ? rest : withTerm(rest, termText(key, value));
    case ValueChange::Only: return withTerm(rest, termText(key, value));
    case ValueChange::Exclude: return wasExcluded ? rest : withTerm(rest, termText(key, value, true));
  }
  return rest;
}

}  // namespace waybill::query
