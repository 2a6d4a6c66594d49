// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace waybill::query {

// UTF-8 without its differences of case: code point by code point (Unicode's simple folding, the same in every
// locale). Bytes that are no UTF-8 stay as they are. Any thread.
std::string foldCase(std::string_view text);
void appendFolded(std::string_view text, std::string& out);

}  // namespace waybill::query
