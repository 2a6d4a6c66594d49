// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/trace_listing.h"

#include <utility>

namespace waybill::session {

TraceListing::TraceListing(QObject* parent) : QObject(parent) {
  setListed({std::make_shared<const store::Snapshot>(), {}, {}});
}

void TraceListing::setListed(ListedTraces listed) {
  m_listed = std::make_shared<const ListedTraces>(std::move(listed));
  Q_EMIT listedChanged();
}

}  // namespace waybill::session
