// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// A slider moved over one huge trace: how long the window stands still, and how soon the answer is there.
#include <QCoreApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "ui/main_window.h"

namespace waybill::bench {
namespace {

constexpr int kPatienceMs = 300'000;

// Of this thread only: workers are busy beside it.
double threadMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// Runs events one round after another and remembers the longest round.
class Rounds {
 public:
  template <typename Done>
  void runUntil(Done&& done) {
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
      round([] { QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents); });
      if (!timer.hasExpired(kPatienceMs)) continue;
      std::fprintf(stderr, "waybill-bench: the trace was not replayed in time\n");
      std::exit(2);
    }
  }
  template <typename Work>
  void round(Work&& work) {
    const double before = threadMilliseconds();
    work();
    m_longest = std::max(m_longest, threadMilliseconds() - before);
  }
  double longest() const { return m_longest; }

 private:
  double m_longest = 0;
};

double longestStop(const Size& size) {
  test::GeneratorOptions options;
  options.traces = 1;
  options.spansPerTrace = size.hugeSpans;
  options.seed = size.seed;
  ui::MainWindow window;
  window.resize(1600, 1000);
  window.show();
  session::Session& session = window.session();
  Rounds opening;
  window.openPaths({QString::fromStdString(generatedFile(options))});
  opening.runUntil([&] { return session.openTrace() != nullptr && !session.isLoading(); });

  session::WhatIf wanted;
  wanted.node = session.selectedNode().value_or(session.openTrace()->tree().primaryRoot);
  Rounds rounds;
  double answerMs = 0;
  for (int percent = 10; percent <= 90; percent += 40) {
    QElapsedTimer timer;
    timer.start();
    for (int step = 0; step < 10; ++step) {  // dragged there
      wanted.percentFaster = percent + step;
      rounds.round([&] { session.setWhatIf(wanted); });
      rounds.round([] { QCoreApplication::processEvents(); });
    }
    rounds.runUntil([&] { return session.whatIfResult().has_value(); });
    answerMs = std::max(answerMs, static_cast<double>(timer.elapsed()));
  }
  rounds.round([&] { session.setWhatIf(std::nullopt); });
  rounds.round([] { QCoreApplication::processEvents(); });
  note("answered after at most " + std::to_string(answerMs / 1000) + " s");
  session.closeAll();
  removeGenerated(options.shape, size.hugeSpans, size.seed);
  return rounds.longest();
}

}  // namespace

std::vector<Bar> whatIfBars() {
  return {{"what if over one trace of 10 M spans: the window stands still, longest", "ms", Bar::Sense::AtMost, 50,
           longestStop}};
}

}  // namespace waybill::bench
