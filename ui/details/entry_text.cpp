// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/entry_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <algorithm>

#include "base/time_text.h"
#include "ui/details/value_format.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {
struct Texts {
  Q_DECLARE_TR_FUNCTIONS(Details)
};
}  // namespace

DetailEntry plainEntry(const QString& key, const QString& text, const QString& tip) {
  DetailEntry entry;
  entry.key = key;
  entry.text = text;
  entry.tip = tip;
  return entry;
}

DetailEntry tonedEntry(const QString& key, const QString& text, DetailTone tone) {
  DetailEntry entry = plainEntry(key, text);
  entry.tone = tone;
  return entry;
}

QString preciseDuration(int64_t ns) {
  QString text = QString::fromStdString(exactDurationText(ns));
  const qsizetype point = text.indexOf(u'.'), unit = text.indexOf(u' ');
  if (point < 0) return text;
  // Groups of three zeros at the end say nothing; the first group stays, it shows the precision.
  qsizetype end = unit;
  while (end - point > 4 && QStringView(text).mid(end - 3, 3) == QStringLiteral("000")) end -= 3;
  return text.left(end) + text.mid(unit);
}

QString offsetText(int64_t fromNs, int64_t toNs) {
  if (toNs >= fromNs) return u'+' + preciseDuration(toNs - fromNs);
  return QStringLiteral("−") + preciseDuration(fromNs - toNs);
}

DetailEntry timeEntry(const QString& key, int64_t unixNs) {
  const QDateTime local = QDateTime::fromMSecsSinceEpoch(unixNs / 1'000'000);
  const bool thisYear = local.date().year() == QDate::currentDate().year();
  return plainEntry(key,
                    QLocale::c().toString(local, thisYear ? QStringLiteral("d MMM HH:mm:ss.zzz")
                                                          : QStringLiteral("d MMM yyyy HH:mm:ss.zzz")),
                    QString::fromStdString(isoTimeText(unixNs)));
}

DetailEntry leftOutEntry(size_t count) {
  return tonedEntry({}, Texts::tr("… and %1 more, not shown").arg(QString::fromStdString(countText(count))),
                    DetailTone::Muted);
}

std::vector<DetailEntry> attributeEntries(std::vector<otlp::AttributeView> attributes, bool indented) {
  const size_t leftOut = attributes.size() > kMostEntries ? attributes.size() - kMostEntries : 0;
  attributes.resize(attributes.size() - leftOut);
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const otlp::AttributeView& a, const otlp::AttributeView& b) { return a.key < b.key; });
  std::vector<DetailEntry> entries;
  for (const otlp::AttributeView& attribute : attributes) {
    entries.push_back(attributeEntry(lineText(attribute.key), attribute));
    entries.back().indented = indented;
  }
  if (leftOut > 0) entries.push_back(leftOutEntry(leftOut));
  return entries;
}

}  // namespace waybill::ui
