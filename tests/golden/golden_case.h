// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace waybill::golden {

// The names of all cases that can be run here, sorted.
std::vector<std::string> allCases();

// Where the case lies in the sources.
std::filesystem::path caseFolder(const std::string& name);

// Copies the inputs of a case into an empty folder of its own and makes what its `setup` says.
std::filesystem::path prepareCase(const std::string& name);

// What the runs of a prepared case answered, in the shape of its expected files.
struct Answer {
  std::string out, err, exit;
};
Answer runCase(const std::string& name, const std::filesystem::path& folder);

}  // namespace waybill::golden
