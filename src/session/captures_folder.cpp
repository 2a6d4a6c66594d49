// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/captures_folder.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include "store/capture_file.h"

namespace waybill::session {
namespace {
constexpr qint64 kSurelyLeftSeconds = 60;
}

QString capturesFolder() {
  return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QStringLiteral("/captures");
}

QString newCapturePath() {
  const QString time = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyy-MM-ddTHH-mm-ss-zzz"));
  return capturesFolder() + QStringLiteral("/capture-") + time + QStringLiteral(".otlp");
}

QList<LeftOverCapture> leftOverCaptures() {
  QList<LeftOverCapture> captures;
  const QDir folder(capturesFolder());
  const QStringList names{QStringLiteral("capture-*.otlp"), QStringLiteral("capture-*.otlp.new")};
  for (const QFileInfo& file : folder.entryInfoList(names, QDir::Files, QDir::Time)) {
    if (!store::CaptureFile::isLeftOver(file.filePath().toStdString())) continue;
    // What a kill left of a capture being rewritten: the capture itself is whole.
    const bool partial = file.suffix() == QStringLiteral("new");
    if (file.size() == 0 || partial) {
      // Another Waybill may just have made it, and not locked it yet.
      if (file.lastModified().secsTo(QDateTime::currentDateTime()) > kSurelyLeftSeconds)
        QFile::remove(file.filePath());
    } else {
      captures.append({file.filePath(), file.lastModified(), static_cast<quint64>(file.size())});
    }
  }
  return captures;
}

}  // namespace waybill::session
