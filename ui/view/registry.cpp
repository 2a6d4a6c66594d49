// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/view/registry.h"

#include <QCoreApplication>
#include <array>

#include "ui/details/details_view.h"
#include "ui/diagnostics/diagnostics_view.h"
#include "ui/findings/findings_view.h"
#include "ui/flame/flame_view.h"
#include "ui/slow_operations/slow_operations_view.h"
#include "ui/timeline/timeline_view.h"
#include "ui/traces/traces_view.h"

namespace waybill::ui {
namespace {

template <typename T>
View* make(session::Session& session, QWidget* parent) {
  return new T(session, parent);
}

constexpr std::array kViews{
    ViewEntry{"traces", QT_TRANSLATE_NOOP("View", "Traces"), ViewArea::Left, &make<TracesView>},
    ViewEntry{"timeline", QT_TRANSLATE_NOOP("View", "Timeline"), ViewArea::Centre, &make<TimelineView>},
    ViewEntry{"flame", QT_TRANSLATE_NOOP("View", "Flame graph"), ViewArea::Centre, &make<FlameView>},
    ViewEntry{"slowOperations", QT_TRANSLATE_NOOP("View", "Slow operations"), ViewArea::Centre,
              &make<SlowOperationsView>},
    ViewEntry{"diagnostics", QT_TRANSLATE_NOOP("View", "Diagnostics"), ViewArea::Centre, &make<DiagnosticsView>},
    ViewEntry{"findings", QT_TRANSLATE_NOOP("View", "Findings"), ViewArea::Bottom, &make<FindingsView>},
    ViewEntry{"details", QT_TRANSLATE_NOOP("View", "Details"), ViewArea::Right, &make<DetailsView>},
};

}  // namespace

std::span<const ViewEntry> allViews() { return kViews; }

}  // namespace waybill::ui
