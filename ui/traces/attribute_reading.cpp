// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/attribute_reading.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QMetaObject>
#include <utility>

#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {
constexpr qint64 kIntervalMs = 80;
}  // namespace

QString AttributeReading::text() const {
  return QCoreApplication::translate("AttributeReading", "Reading %1… %2 %").arg(key).arg(percent);
}

decltype(query::JobOptions::progress) tellReading(QObject* context, std::function<void(AttributeReading)> tell) {
  QElapsedTimer sinceTold;
  sinceTold.start();
  return [context, tell = std::move(tell), sinceTold](std::string_view key, uint64_t done, uint64_t all) mutable {
    if (all == 0 || !sinceTold.hasExpired(kIntervalMs)) return;
    sinceTold.restart();
    AttributeReading reading{lineText(key), static_cast<int>(done * 100 / all)};
    QMetaObject::invokeMethod(
        context, [tell, reading = std::move(reading)]() mutable { tell(std::move(reading)); }, Qt::QueuedConnection);
  };
}

}  // namespace waybill::ui
