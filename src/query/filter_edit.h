// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "query/filter_text.h"

namespace waybill::query {

// Changes to the text of a filter that leave the rest of it as it was typed, mistakes included.

// `key=value`, or, negated, `!key=value`; the key as it stands in a filter.
std::string termText(std::string_view key, std::string_view value, bool negated = false);

// The text with the term after it; before it where what was typed last would swallow it, as an open quote does.
std::string withTerm(std::string_view text, std::string_view term);

// What becomes of a value that was pointed at.
enum class ValueChange {
  Toggle,   // in the filter: taken out; else put in, in place of another value of the key
  Add,      // put in beside other values of the key: traces that have them all
  Only,     // put in, in place of all terms of the key
  Exclude,  // left out, or no more
};

// The text after the change; the key as it stands in a filter. The same text when it is no key.
std::string withValue(std::string_view text, std::string_view key, std::string_view value, ValueChange change);

// The text without the terms that are meant.
std::string withoutTerms(std::string_view text, const std::function<bool(const Term&)>& isMeant);

}  // namespace waybill::query
