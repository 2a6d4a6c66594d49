// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/input_list.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxFolderDepth = 128;

Input unusable(std::string path, std::string problem, bool fromFolder) {
  return {Input::Kind::Unusable, std::move(path), 0, fromFolder, std::move(problem)};
}

std::string reasonOf(int error) {
  switch (error) {
    case ENOENT:
      return "does not exist.";
    case EACCES:
    case EPERM:
      return "may not be read: permission denied.";
    default:
      return std::string("cannot be read: ") + std::strerror(error) + ".";
  }
}

Input inspect(const std::string& path, const struct stat& info, bool fromFolder) {
  if (S_ISREG(info.st_mode)) {
    return {Input::Kind::File, path, static_cast<uint64_t>(info.st_size), fromFolder, {}};
  }
  if (S_ISFIFO(info.st_mode) && !fromFolder) return {Input::Kind::NamedPipe, path, 0, false, {}};
  const char* const what = S_ISFIFO(info.st_mode)   ? "a named pipe"
                           : S_ISSOCK(info.st_mode) ? "a socket"
                                                    : "a device";
  return unusable(path, std::string("is ") + what + ", not a file with a trace.", fromFolder);
}

void listFolder(const std::string& folder, int depth, std::vector<Input>& inputs) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.front() != '.') names.push_back(std::move(name));
  }
  if (error) {
    inputs.push_back(unusable(folder, reasonOf(error.value()), depth > 0));
    return;
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string path = (fs::path(folder) / name).string();
    struct stat link {};
    struct stat info {};
    if (::lstat(path.c_str(), &link) != 0 || ::stat(path.c_str(), &info) != 0) {
      inputs.push_back(unusable(path, reasonOf(errno), true));
    } else if (!S_ISDIR(info.st_mode)) {
      inputs.push_back(inspect(path, info, true));
    } else if (!S_ISLNK(link.st_mode) && depth < kMaxFolderDepth) {
      listFolder(path, depth + 1, inputs);
    }
  }
}

}  // namespace

std::vector<Input> listInputs(const std::vector<std::string>& paths) {
  std::vector<Input> inputs;
  for (const std::string& path : paths) {
    struct stat info {};
    if (path == "-") {
      inputs.push_back({Input::Kind::StandardInput, path, 0, false, {}});
    } else if (::stat(path.c_str(), &info) != 0) {
      inputs.push_back(unusable(path, reasonOf(errno), false));
    } else if (!S_ISDIR(info.st_mode)) {
      inputs.push_back(inspect(path, info, false));
    } else {
      const size_t before = inputs.size();
      listFolder(path, 0, inputs);
      if (inputs.size() == before) inputs.push_back(unusable(path, "is a folder without files.", false));
    }
  }
  return inputs;
}

}  // namespace waybill::ingest
