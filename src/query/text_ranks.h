// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace waybill::query {

// The rank of each text in the order of bytes; equal texts have the same. A radix sort from the front, eight bytes at a
// time (McIlroy, Bostic, McIlroy, "Engineering Radix Sort", 1993): what texts have in common is looked at once, not in
// each comparison. None when stopped.
std::optional<std::vector<uint32_t>> rankTexts(std::span<const std::string_view> texts,
                                               const std::stop_token& stop = {});

}  // namespace waybill::query
