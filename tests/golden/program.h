// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace waybill::golden {

// What a run of waybill-cli left behind.
struct Outcome {
  std::string out, err;
  int exit = -1;  // negative: the signal that killed it
};

// Runs waybill-cli in `folder`, which is also where its output is caught.
Outcome runCli(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
               const std::filesystem::path& standardInput = "/dev/null");

std::string readFile(const std::filesystem::path& path);  // empty when there is none
void writeFile(const std::filesystem::path& path, const std::string& text);

}  // namespace waybill::golden
