// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "session/session.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {

// Finds spans of the open trace by a part of their name or service, whatever the case. Runs in slices of a
// few milliseconds on the GUI thread; names repeat, so each is compared once.
class SpanSearch : public QObject {
  Q_OBJECT

 public:
  explicit SpanSearch(QObject* parent);

  void start(std::shared_ptr<const session::OpenTrace> trace, const QString& text);  // empty: same as clear()
  void clear();

  bool isActive() const { return !m_text.isEmpty(); }
  bool isRunning() const { return m_timer.isActive(); }
  // Nodes, ascending; all of them once it no longer runs.
  const std::vector<uint32_t>& matches() const { return m_matches; }
  bool isMatch(analysis::NodeIndex node) const { return nameMatches(node) || serviceMatches(node); }
  bool nameMatches(analysis::NodeIndex node) const;
  bool serviceMatches(analysis::NodeIndex node) const;

  // The match after (before) a node, round the end.
  std::optional<analysis::NodeIndex> next(std::optional<analysis::NodeIndex> from, Direction direction) const;
  // The place of a node among the matches, from 1; none when it is none.
  std::optional<size_t> placeOf(analysis::NodeIndex node) const;

 Q_SIGNALS:
  void progressed();  // also when it ends

 private:
  enum class Verdict : uint8_t { Unknown, No, Yes };

  void runSlice();
  bool compare(StringId id) const;
  bool matchesText(StringId id) const;

  std::shared_ptr<const session::OpenTrace> m_trace;
  QString m_text;
  QTimer m_timer;
  uint32_t m_next = 0;
  std::vector<uint32_t> m_matches;
  mutable std::vector<Verdict> m_known;  // by StringId
};

}  // namespace waybill::ui
