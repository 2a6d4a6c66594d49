// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include "analysis/finding.h"

namespace waybill::session {

// Which findings the user does not want to see: a single one that was dismissed as wrong, in its trace, or a kind that
// is muted everywhere. Kept between starts. GUI thread.
class FindingChoices {
 public:
  static constexpr qsizetype kMostDismissed = 2000;  // the oldest are forgotten

  FindingChoices();

  bool hides(const analysis::Finding& finding, const analysis::TraceTree& tree) const;

  void dismiss(const analysis::Finding& finding, const analysis::TraceTree& tree);
  void mute(std::string_view kind);
  // Neither dismissed nor muted any more.
  void restore(const analysis::Finding& finding, const analysis::TraceTree& tree);

 private:
  void save() const;

  QStringList m_dismissed;  // kind, trace and span each, see keyOf(); the latest last
  QStringList m_muted;      // kinds
};

}  // namespace waybill::session
