// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::architecture {

// A text file of the repository. The path is relative to the root, with '/'.
struct SourceFile {
  std::string path;
  std::vector<std::string> lines;
};

// What stands where it must not. Line 0 means the file as a whole.
struct Violation {
  std::string path;
  size_t line = 0;
  std::string rule;
  std::string text;  // the offending line
};

std::ostream& operator<<(std::ostream& out, const Violation& violation);

// Every rule is a pure function of the files.
std::vector<Violation> checkArrows(const SourceFile& file);      // the table of layers
std::vector<Violation> checkQt(const SourceFile& file);          // no Qt outside backends, session and ui
std::vector<Violation> checkViews(const SourceFile& file);       // no view folder includes another
std::vector<Violation> checkRegistries(const SourceFile& file);  // only a registry names something concrete
std::vector<Violation> checkCharts(const SourceFile& file);      // Qt Charts only in ui/charts
std::vector<Violation> checkColours(const SourceFile& file);     // colours only in ui/theme
std::vector<Violation> checkProtobuf(const SourceFile& file);    // generated headers only where they belong
std::vector<Violation> checkLicence(const SourceFile& file);     // the two SPDX lines
std::vector<Violation> checkSize(const SourceFile& file);        // no file grows without bounds
std::vector<Violation> checkRoot(const std::vector<std::string>& names);  // nothing else in the root
std::vector<Violation> checkLayersExist(
    const std::vector<std::string>& folders);  // no folder of src off the table

}  // namespace waybill::architecture
