// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

#include "query/trace_filter.h"

class QObject;

namespace waybill::ui {

// An attribute that an answer waits for, because nobody has asked for it before.
struct AttributeReading {
  QString key;
  int percent = 0;
  QString text() const;  // "Reading http.route… 40 %"
};

// What tells of it: called by workers, one at a time, which `context` must outlive; calls `tell` on the thread of
// `context` a few times a second.
decltype(query::JobOptions::progress) tellReading(QObject* context, std::function<void(AttributeReading)> tell);

}  // namespace waybill::ui
