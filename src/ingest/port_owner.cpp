// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/port_owner.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/utf8.h"

namespace waybill::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListening = "0A";  // a state in /proc/net/tcp

// Inodes of the sockets that listen on the port.
void findSockets(const char* table, uint16_t port, std::vector<std::string>& inodes) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
    words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
    const size_t colon = local.rfind(':');
    if (state != kListening || colon == std::string::npos) continue;
    if (std::stoul("0" + local.substr(colon + 1), nullptr, 16) == port)
      inodes.push_back("socket:[" + inode + "]");
  }
}

bool holdsOne(const fs::path& process, const std::vector<std::string>& inodes) {
  std::error_code error;
  for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    const std::string target = fs::read_symlink(entry->path(), unreadable).string();
    if (!unreadable && std::find(inodes.begin(), inodes.end(), target) != inodes.end()) return true;
  }
  return false;
}

}  // namespace

std::string portOwner(uint16_t port) {
  std::vector<std::string> inodes;
  findSockets("/proc/net/tcp", port, inodes);
  findSockets("/proc/net/tcp6", port, inodes);
  if (inodes.empty()) return {};
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const std::string id = entry->path().filename().string();
    if (!std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) continue;
    if (!holdsOne(entry->path(), inodes)) continue;
    std::ifstream name(entry->path() / "comm");
    std::string text;
    std::getline(name, text);
    return printable(text) + " (process " + id + ")";
  }
  return {};
}

}  // namespace waybill::ingest
