// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "layout/kept_spans.h"
#include "query/bit_set.h"
#include "query/filter_text.h"
#include "query/trace_filter.h"
#include "query/word_matcher.h"
#include "session/session.h"
#include "ui/widgets/span_steps.h"

namespace waybill::ui {

// Finds spans of the open trace: words in their name, service or id, whatever the case, and terms like
// http.route=/cart (query/filter_text.h); a span must fit all of it. Runs on workers and lands once; a new start calls
// off the old one. GUI thread.
class SpanSearch : public QObject {
  Q_OBJECT

 public:
  // What becomes of the rows of spans that do not match. Hidden: all that are not above one that does, and those are dimmed.
  enum class Others { Shown, Dimmed, Hidden };

  // Attributes are read into `columns`, which others may share.
  SpanSearch(QObject* parent, std::shared_ptr<query::AttributeColumns> columns);
  ~SpanSearch() override;

  void start(std::shared_ptr<const session::OpenTrace> trace, const QString& text);  // empty: same as clear()
  void clear();

  bool isActive() const { return m_trace != nullptr; }
  bool isRunning() const { return m_stop.has_value(); }
  // What is being looked at while it runs: spans, or an attribute that is read for the first time.
  struct Progress {
    QString key;  // empty: spans
    int percent = 0;
  };
  const Progress& progress() const { return m_progress; }
  const std::optional<query::Mistake>& mistake() const { return m_filter->mistake; }  // in the text

  // Nodes, ascending; none while it runs.
  const std::vector<uint32_t>& matches() const { return m_matches; }
  bool isMatch(analysis::NodeIndex node) const { return m_isMatch.contains(node.value); }
  // What of a match is to be marked: its name, its service.
  bool nameMatches(analysis::NodeIndex node) const;
  bool serviceMatches(analysis::NodeIndex node) const;

  Others others() const { return m_others; }
  void setOthers(Others others);
  // Whether a row is dimmed that shows the nodes [first, end).
  bool isDimmed(uint32_t first, uint32_t end) const;
  // The spans that keep their rows; null: all do. While another text is looked for, still those of the one before.
  std::shared_ptr<const layout::KeptSpans> kept() const { return m_others == Others::Hidden ? m_kept : nullptr; }
  const QString& keptFor() const { return m_keptFor; }  // the text they were found by

  // The match after (before) a node, round the end.
  std::optional<analysis::NodeIndex> next(std::optional<analysis::NodeIndex> from, Direction direction) const;
  // The place of a node among the matches, from 1; none when it is none.
  std::optional<size_t> placeOf(analysis::NodeIndex node) const;

 Q_SIGNALS:
  void progressed();  // also when it ends

 private:
  void startJob();
  query::JobOptions jobOptions();
  uint32_t wordsIn(StringId text) const { return m_words->ofText(text); }

  std::shared_ptr<query::AttributeColumns> m_columns;
  std::shared_ptr<const session::OpenTrace> m_trace;
  std::shared_ptr<const query::FilterText> m_filter = std::make_shared<const query::FilterText>();
  std::unique_ptr<query::WordMatcher> m_words;  // of m_filter; remembers names, so that painting is cheap
  std::vector<uint32_t> m_matches;
  query::BitSet m_isMatch;  // the same
  std::shared_ptr<const layout::KeptSpans> m_kept;
  QString m_text, m_keptFor;
  Others m_others = Others::Shown;
  Progress m_progress;
  std::optional<std::stop_source> m_stop;  // of the job that runs
  uint64_t m_job = 0;
  ThreadPool m_pool{1};  // last: its destruction waits for the job
};

}  // namespace waybill::ui
