// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/usual_entry.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "base/time_text.h"
#include "ui/details/entry_text.h"

namespace waybill::ui {
namespace {

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(Details)
};

constexpr uint32_t kColumns = 48;
constexpr double kSmallestSpread = 1.1;  // the largest against the smallest
constexpr float kSmallestBar = 0.04F;  // a single value is seen beside thousands

QString duration(int64_t ns) { return QString::fromStdString(durationText(ns)); }

// Never "100 %" for all but a few.
QString shareText(double share) {
  const int percent = static_cast<int>(std::floor(share * 100));
  return percent >= 99 && share > 0.995 ? QStringLiteral("> 99 %") : QStringLiteral("%1 %").arg(percent);
}

QString rankText(const analysis::UsualPlace& place, bool isNormal) {
  const QString count = QString::fromStdString(countText(place.count));
  const QString others = isNormal ? Texts::tr("%1 normal ones").arg(count) : Texts::tr("%1 like it").arg(count);
  if (isNormal && place.rank >= 1) return Texts::tr("slower than all %1").arg(others);  // it is none of them itself
  if (isNormal && place.rank <= 0) return Texts::tr("faster than all %1").arg(others);
  if (std::abs(place.rank - 0.5) < 0.05) return Texts::tr("in the middle of %1").arg(others);
  return place.rank > 0.5 ? Texts::tr("slower than %1 of %2").arg(shareText(place.rank), others)
                          : Texts::tr("faster than %1 of %2").arg(shareText(1 - place.rank), others);
}

// None where all values are about the same: there is no shape to see.
std::optional<DetailHistogram> histogramOf(const analysis::LogHistogram& values, int64_t ns) {
  const analysis::LogHistogram::Columns columns = values.logColumns(kColumns);
  if (static_cast<double>(columns.largest) < static_cast<double>(columns.smallest) * kSmallestSpread) return std::nullopt;
  const auto most = static_cast<float>(std::max<uint64_t>(1, *std::max_element(columns.counts.begin(), columns.counts.end())));
  DetailHistogram out;
  for (const uint64_t count : columns.counts) {
    out.bars.push_back(count == 0 ? 0.0F : std::max(kSmallestBar, static_cast<float>(count) / most));
  }
  out.mark = static_cast<float>(columns.placeOf(ns));
  // A value at the end of the scale is its end: columns know theirs to a per cent or two.
  out.smallest = duration(std::min(columns.smallest, ns));
  out.largest = duration(std::max(columns.largest, ns));
  return out;
}

}  // namespace

std::optional<DetailEntry> usualEntry(const analysis::TraceAnalysis& measured, analysis::NodeIndex node) {
  const auto place = analysis::usualPlace(measured, node);
  if (!place) return std::nullopt;
  const bool isNormal = measured.population->usual->isChosen;
  const QString usual = isNormal ? Texts::tr("normally %1 (median), 99 of 100 within %2")
                                 : Texts::tr("usually %1 (median), 99 of 100 within %2");
  DetailEntry entry = plainEntry(Texts::tr("compared"), rankText(*place, isNormal),
                                 usual.arg(duration(place->medianNs), duration(place->p99Ns)));
  entry.histogram = histogramOf(*place->values, measured.tree.durationNs(node));
  if (entry.histogram) entry.tip += Texts::tr("; the line marks this span, the scale is logarithmic");
  return entry;
}

}  // namespace waybill::ui
