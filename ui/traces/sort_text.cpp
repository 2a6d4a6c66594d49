// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/sort_text.h"

#include <QCoreApplication>

namespace waybill::ui {
namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(TraceOrder)
};

}  // namespace

QString sortText(TraceSort sort, bool descending) {
  switch (sort) {
    case TraceSort::Duration:
      return descending ? Texts::tr("slowest first") : Texts::tr("fastest first");
    case TraceSort::Start:
      return descending ? Texts::tr("newest first") : Texts::tr("oldest first");
    case TraceSort::Spans:
      return descending ? Texts::tr("most spans first") : Texts::tr("fewest spans first");
    case TraceSort::Errors:
      return descending ? Texts::tr("most errors first") : Texts::tr("fewest errors first");
    case TraceSort::Name:
      return descending ? Texts::tr("names from Z to A") : Texts::tr("names from A to Z");
  }
  return {};
}

bool naturallyDescending(TraceSort sort) {
  return sort != TraceSort::Name;
}

}  // namespace waybill::ui
