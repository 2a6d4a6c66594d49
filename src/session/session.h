// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ingest/file_loader.h"
#include "layout/time_scale.h"
#include "query/attribute_columns.h"
#include "session/live.h"
#include "session/normal.h"
#include "session/open_trace.h"
#include "session/trace_listing.h"
#include "session/what_if.h"
#include "store/snapshot.h"

namespace waybill::session {

// What the user has open and has chosen: the one thing all views listen to and command. Lives on the GUI thread;
// its jobs run on workers and land here once, and only if still the latest asked for.
class Session : public QObject {
  Q_OBJECT

 public:
  explicit Session(QObject* parent = nullptr);
  ~Session() override;

  // State. Never null.
  std::shared_ptr<const store::Snapshot> snapshot() const;
  // Null while no trace is open. With a what-if that has been answered: the prediction.
  std::shared_ptr<const OpenTrace> openTrace() const;
  std::optional<TraceIndex> openTraceIndex() const;        // also while it is still being analysed
  std::optional<analysis::NodeIndex> selectedNode() const; // in the open trace
  layout::TimeRange visibleRange() const;                  // of the open trace
  // What was found in the open trace, best first, without what is hidden: dismissed, or of a muted kind.
  const std::vector<analysis::Finding>& findings() const;
  size_t hiddenFindings() const;
  std::string headline() const;  // the sentence over the open trace, and with the first finding once it is known
  bool isExplaining() const;                               // the open trace is shown, its findings are not known yet
  std::optional<size_t> selectedFinding() const;           // index in findings()
  bool criticalPathShown() const;
  bool clocksAdjusted() const;                               // wished for: times without the skew of the hosts' clocks
  const std::optional<WhatIf>& whatIf() const;               // asked of the open trace
  // What came of it; none while that is being found out (an earlier answer may be shown meanwhile).
  std::optional<WhatIfResult> whatIfResult() const;
  bool isLoading() const;
  ingest::LoadProgress loadProgress() const;
  const std::optional<ingest::LoadReport>& lastLoad() const;
  QStringList openFiles() const;
  QStringList recentFiles() const;
  Live& live();
  Normal& normal();           // what the user calls normal
  TraceListing& listing();    // what the list of traces shows
  // What the open traces are compared with; null until it is learned. It may be of an earlier choice or snapshot of the
  // same store.
  const std::shared_ptr<const analysis::Population>& population() const;
  // Of what is open, shared by all who filter; never null. Dropped with the store, and when memory runs short.
  const std::shared_ptr<query::AttributeColumns>& attributeColumns() const;
  bool isShowingLive() const;                              // what is open is the growing store, not files

  // Commands.
  void showLive();                                   // what live() receives, in place of the open files
  void openPaths(const QStringList& paths);          // replaces what is open; a folder means all files in it
  void openText(const QByteArray& text, const QString& name);  // pasted
  void cancelLoad();
  void closeAll();
  void openTraceAt(TraceIndex trace);
  void openSlowestTrace();
  void selectNode(std::optional<analysis::NodeIndex> node);  // opens nothing; views scroll to it
  void selectSpan(SpanRow row);                      // opens its trace first when needed
  void selectFinding(std::optional<size_t> finding); // also selects its first evidence
  void dismissFinding(size_t finding);               // it is wrong: hidden in this trace, for good
  void muteFindings(size_t finding);                 // its kind is hidden everywhere
  void showHiddenFindings();                         // of the open trace; their kinds are heard again
  void setVisibleRange(layout::TimeRange range);     // clamped to the trace
  void narrowTo(layout::TimeRange range);            // like setVisibleRange, and remembered for undoNarrowing
  void resetRange();                                 // the whole trace
  bool undoNarrowing();                              // false when there is nothing to undo; ends a what-if too
  // Analyses the open trace by one clock for all hosts, or by the times as they were recorded.
  void setClocksAdjusted(bool adjusted);
  // Replays the open trace on a worker; the latest asked for holds. None: back to what was measured. Ends by itself
  // when the trace is another or is analysed anew. A trace that grows stands still meanwhile.
  void setWhatIf(std::optional<WhatIf> wanted);
  void setCriticalPathShown(bool shown);
  // Back and forward through selected traces and spans.
  void goBack();
  void goForward();

 Q_SIGNALS:
  void snapshotChanged();        // at most every 100 ms while data arrives
  void loadingChanged();         // began, progressed or ended
  void loadFinished();           // lastLoad() is new
  void openTraceChanged();       // another trace, the same with more spans (OpenTrace::id tells), or none
  void timesChanged();           // openTrace() has the same nodes at other times: predicted, or measured again
  void clocksAdjustedChanged();  // openTraceChanged() follows when it has been done
  void whatIfChanged();          // whatIf() or whatIfResult()
  void selectionChanged();       // another span; not when growing gave the same one another node
  void findingsChanged();        // of the open trace: found, hidden or shown; openTraceChanged() says it of others
  void findingSelectionChanged();
  void visibleRangeChanged();
  void criticalPathShownChanged();
  void populationChanged();
  void recentFilesChanged();
  void showingLiveChanged();
  void message(const QString& text);  // something the user should know, one plain sentence

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace waybill::session
