// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace waybill::golden {

// Does what a line of a case's `setup` says, see README.md.
void makeInput(const std::string& line, const std::filesystem::path& folder);

}  // namespace waybill::golden
