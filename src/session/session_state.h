// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <chrono>
#include <functional>
#include <mutex>
#include <vector>

#include "base/thread_pool.h"
#include "session/file_watch.h"
#include "session/finding_choices.h"
#include "session/history.h"
#include "session/session.h"

namespace waybill::session {

struct Session::State {
  // Spans of a trace that is explained before anybody has looked twice. Larger ones are shown first, explained later.
  static constexpr uint32_t kExplainedAtOnce = 200'000;

  explicit State(Session& owner) : self(owner) {}

  // What a load shares with the window while it runs.
  struct Load {
    std::shared_ptr<store::TraceStore> store = std::make_shared<store::TraceStore>();
    std::stop_source stop;
    std::mutex mutex;
    ingest::LoadProgress progress;  // guarded by mutex
  };
  using LoadFunction = std::function<ingest::LoadReport(Load&, std::stop_token)>;

  void startLoad(LoadFunction read);
  void finishLoad(const std::shared_ptr<Load>& finished, ingest::LoadReport report);
  void closeFiles();
  void poll();
  void takeSnapshot(std::shared_ptr<const store::Snapshot> fresh);
  void setShowingLive(bool showing);
  void takeLive();
  void followStore(const store::Snapshot& fresh);
  void growOpenTrace();
  void learn();
  void learnLive(bool hasGrown);
  void takeNormal();
  void forgetPopulation();
  void explainAnew();
  void analyseAgain();
  enum class FirstTrace { MostTelling, Slowest };
  // Looks for it on a worker and opens it, unless another trace or other files are opened meanwhile.
  void openFirst(FirstTrace which);
  void stopLooking();
  void refreshOpen();
  // With `keepFound` what was found stands for now.
  void analyse(TraceIndex trace, std::optional<SpanRow> select, bool keepRange, bool keepFound = false);
  struct Landing {
    uint64_t asked = 0;
    std::optional<SpanRow> select;
    bool keepRange = false;
    bool adjustClocks = false;
    std::shared_ptr<const OpenTrace> shown;  // with fewer spans, when what was found in it stands for now; else null
    std::vector<analysis::Finding> carried;  // that
    std::shared_ptr<analysis::GrowingTree> growing;  // lent, while what is shown grows; else null
  };
  using Found = std::optional<std::vector<analysis::Finding>>;
  void openOnWorker(const Landing& landing, std::shared_ptr<const store::Snapshot> current, TraceIndex trace,
                    std::shared_ptr<const analysis::Population> known, const std::stop_token& stop);
  void land(std::shared_ptr<const OpenTrace> opened, std::optional<analysis::NodeIndex> select, bool keepRange,
            Found found);
  void landFindings(std::vector<analysis::Finding> found);
  void noteExplained();
  std::optional<size_t> sameFinding(const OpenTrace& old, const analysis::Finding& before) const;
  void showFindings();
  void hideFinding(size_t index);
  void select(std::optional<analysis::NodeIndex> node);
  void selectAnswer();
  void setRange(layout::TimeRange range);
  void closeTrace();
  void endWhatIf();
  void startPrediction();
  void askWanted();
  struct Predicted {
    std::shared_ptr<const OpenTrace> trace;
    WhatIfResult result;
  };
  void landPrediction(const WhatIf& asked, Predicted landed);
  void letGo(std::shared_ptr<const void> big);
  void rememberFiles(const QStringList& paths);
  void visit();
  void go(const std::optional<HistoryPlace>& place);

  Session& self;
  std::shared_ptr<Load> load = std::make_shared<Load>();
  std::shared_ptr<const store::Snapshot> snapshot = load->store->snapshot();
  bool loading = false;
  QElapsedTimer loadingSince;
  ingest::LoadProgress progress;
  std::optional<ingest::LoadReport> lastLoad;
  QStringList openFiles;
  QTimer pollTimer;
  FileWatch watch;
  Live live;
  Normal normal;
  TraceListing listing;
  bool showingLive = false;
  QElapsedTimer analysisTime;  // since the analysis that runs, or ran last, was asked for
  qint64 lastAnalysisMs = 0;   // how long it took
  bool analysing = false;

  std::shared_ptr<const analysis::Population> population;  // of what is open; null until learned
  std::stop_source learning;
  bool isLearning = false;
  uint32_t learnedSpans = 0;    // of the growing store, the last time
  QElapsedTimer liveGrewSince;  // the growing store

  std::optional<TraceIndex> traceIndex;
  std::shared_ptr<const OpenTrace> open;
  std::shared_ptr<analysis::GrowingTree> growing;  // of the open trace, unless the analysis that runs has it; or null
  std::stop_source analysisStop;
  std::stop_source lookingStop;  // for the trace to open
  bool isLooking = false;
  uint64_t analysisAsked = 0;  // what lands must still be the latest asked for
  bool spanChosen = false;     // by the user, in the open trace: growing keeps it
  bool chosenByUser = false;   // a finished load opens its slowest trace only when nobody chose one

  std::optional<WhatIf> whatIf;
  std::optional<std::pair<WhatIf, SpanRow>> whatIfWanted;  // once the analysis that runs has landed; of that span
  std::shared_ptr<const OpenTrace> predicted;  // shown in place of `open`
  std::optional<WhatIf> answeredWhatIf;       // what `predicted` and `whatIfResult` are of
  WhatIfResult whatIfResult;
  bool predicting = false;                     // one at a time: the next begins when it lands
  uint64_t predictionsAsked = 0;
  std::stop_source predictionStop;

  std::optional<analysis::NodeIndex> node;
  FindingChoices findingChoices;
  Found found;                              // in the open trace; none while it is looked for
  bool foundWithFewer = false;              // in the same trace, which has grown since
  QElapsedTimer explainedSince;
  qint64 lastExplainedMs = 0;
  std::vector<analysis::Finding> findings;  // those shown
  std::optional<size_t> finding;
  layout::TimeRange range;
  // What undoing goes back through: ranges; none where a what-if began.
  std::vector<std::optional<layout::TimeRange>> narrowed;
  bool criticalPath = true;
  bool adjustClocks = false;
  std::shared_ptr<query::AttributeColumns> columns = std::make_shared<query::AttributeColumns>();
  QTimer trimTimer;
  History history;

  ThreadPool pool{std::max(2U, std::thread::hardware_concurrency())};  // last: joins first
};

}  // namespace waybill::session
