// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "base/thread_pool.h"
#include "session/open_trace.h"
#include "ui/widgets/path_line.h"

namespace waybill::ui {

// Makes the line of a trace's critical path: at once where it is short, else on a worker, and until that has landed
// there is none. GUI thread.
class PathLineBuilder : public QObject {
  Q_OBJECT

 public:
  // What keys are; see PathLine.
  using KeyOf = std::function<uint32_t(const session::OpenTrace& trace, analysis::NodeIndex node)>;

  PathLineBuilder(KeyOf keyOf, QObject* parent);
  ~PathLineBuilder() override;

  void start(std::shared_ptr<const session::OpenTrace> trace);  // null: no line
  const PathLine& line() const { return m_line; }

 Q_SIGNALS:
  void landed();

 private:
  static PathLine made(const session::OpenTrace& trace, const KeyOf& keyOf);

  KeyOf m_keyOf;
  std::shared_ptr<const session::OpenTrace> m_trace;  // holds the segments of m_line
  PathLine m_line;
  uint64_t m_asked = 0;
  ThreadPool m_pool{1};  // last: its destruction waits for what runs
};

}  // namespace waybill::ui
