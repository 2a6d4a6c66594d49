// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <vector>

#include "base/mapped_file.h"
#include "store/snapshot.h"

namespace waybill::session {

// Looks once a second whether the mapped files of the open store are still what they were, and says so once a
// file when not.
class FileWatch : public QObject {
  Q_OBJECT

 public:
  explicit FileWatch(QObject* parent = nullptr);

  void watch(const store::Snapshot& snapshot);
  void clear();
  void check();

 Q_SIGNALS:
  void changed(const QString& sentence);

 private:
  struct Watched {
    std::weak_ptr<const MappedFile> file;  // weak: looking at a file does not keep it mapped
    MappedFile::Change told = MappedFile::Change::None;
  };
  std::vector<Watched> m_files;
  QTimer m_timer;
};

}  // namespace waybill::session
