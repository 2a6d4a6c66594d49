// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace waybill {

// The bytes of the valid UTF-8 sequence that `text` begins with, 0 when it begins with none (Unicode 15,
// table 3-7: no overlong forms, no surrogates).
size_t utf8SequenceLength(std::string_view text);

// `text` with every byte that is no UTF-8 replaced by U+FFFD, and control characters and marks that turn the
// direction of writing by spaces: what may be shown in one line, in a window or on a terminal.
std::string printable(std::string_view text, size_t maxBytes = 200);

}  // namespace waybill
