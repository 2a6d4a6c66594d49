// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::ingest {

// One thing to read, as found on disk.
struct Input {
  enum class Kind : uint8_t { File, StandardInput, NamedPipe, Unusable } kind = Kind::File;
  std::string path;
  uint64_t bytes = 0;
  bool fromFolder = false;
  std::string problem;  // of Unusable: why, a sentence without its subject
};

// The files behind the paths: folders are searched recursively and by name, hidden entries left out, links to
// folders not followed.
std::vector<Input> listInputs(const std::vector<std::string>& paths);

}  // namespace waybill::ingest
