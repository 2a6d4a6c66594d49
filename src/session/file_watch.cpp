// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/file_watch.h"

#include <unordered_set>

namespace waybill::session {
namespace {

constexpr std::chrono::seconds kInterval{1};

QString sentence(const MappedFile& file, MappedFile::Change change) {
  const QString path = QString::fromStdString(file.path());
  switch (change) {
    case MappedFile::Change::None: return {};
    case MappedFile::Change::Shortened:
      return FileWatch::tr("%1 was shortened while it is open: details of its spans may be gone. Open it again to see "
                           "what is left.").arg(path);
    case MappedFile::Change::WrittenOver:
      return FileWatch::tr("%1 was written over while it is open: details may no longer match. Open it again.").arg(path);
    case MappedFile::Change::Removed:
      return FileWatch::tr("%1 was moved, replaced or deleted; what is shown is what it held.").arg(path);
    case MappedFile::Change::Unreadable:
      return FileWatch::tr("%1 can no longer be read: its spans stay listed without their details. Other files are not "
                           "affected.").arg(path);
  }
  return {};
}

}  // namespace

FileWatch::FileWatch(QObject* parent) : QObject(parent) {
  m_timer.setInterval(kInterval);
  connect(&m_timer, &QTimer::timeout, this, &FileWatch::check);
}

void FileWatch::watch(const store::Snapshot& snapshot) {
  m_files.clear();
  std::unordered_set<const MappedFile*> seen;
  for (const auto& chunk : snapshot.chunks()) {
    const auto& mapping = chunk->mapping();
    if (mapping != nullptr && seen.insert(mapping.get()).second) m_files.push_back({mapping});
  }
  if (m_files.empty()) {
    m_timer.stop();
  } else {
    m_timer.start();
  }
}

void FileWatch::clear() {
  m_files.clear();
  m_timer.stop();
}

void FileWatch::check() {
  for (Watched& watched : m_files) {
    const std::shared_ptr<const MappedFile> file = watched.file.lock();
    if (file == nullptr) continue;
    const MappedFile::Change change = file->change();
    if (change == watched.told) continue;
    watched.told = change;
    if (change != MappedFile::Change::None) Q_EMIT changed(sentence(*file, change));
  }
}

}  // namespace waybill::session
