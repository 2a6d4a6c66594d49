// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "bench/bar.h"
#include "bench/live_batch.h"
#include "bench/live_sender.h"
#include "ui/main_window.h"

namespace waybill::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStartMs = 20'000;

// Runs the window's events until that holds.
template <typename Condition>
void waitFor(Condition&& holds, const char* what) {
  QElapsedTimer timer;
  timer.start();
  while (!holds()) {
    QCoreApplication::processEvents(QEventLoop::AllEvents, 10);
    if (timer.hasExpired(kStartMs)) {
      std::fprintf(stderr, "waybill-bench: %s\n", what);
      std::exit(2);
    }
  }
}

// The real window, moved about while senders go as fast as they can: from one painted frame to the next,
// events and everything else included, the time that one in a hundred exceeds.
double frameWhileReceiving(const Size& size) {
  const QTemporaryDir data;
  qputenv("XDG_DATA_HOME", data.path().toLocal8Bit());
  ui::MainWindow window;
  window.resize(1600, 1000);
  window.show();
  session::Live& live = window.session().live();
  session::LiveSettings settings = live.settings();
  settings.grpc = settings.http = QStringLiteral("127.0.0.1:0");
  live.setSettings(settings);
  live.start();
  waitFor([&] { return live.state() == session::Live::State::Listening; }, "the window does not listen");

  LiveLoad load;
  load.port = static_cast<uint16_t>(live.grpcAddress().section(QLatin1Char(':'), -1).toInt());
  load.batches = size.liveSpans / LiveBatch::kSpans;
  std::atomic<bool> ended = false;
  double seconds = 0;
  std::thread sender([&] {
    seconds = sendLoad(load);
    ended = true;
  });
  waitFor([&] { return window.session().snapshot()->traceCount() > 0 || ended; },
          "nothing arrives in the window");
  std::vector<double> frames;
  auto last = Clock::now();
  for (int i = 0; !ended; ++i) {
    QCoreApplication::processEvents(QEventLoop::AllEvents);
    if (const auto open = window.session().openTrace()) {
      const int64_t step = open->bounds.durationNs() / 100;
      const int64_t at = open->bounds.startNs + i % 50 * step;
      window.session().setVisibleRange({at, at + 50 * step + 1});
    }
    window.repaint();
    const auto now = Clock::now();
    frames.push_back(std::chrono::duration<double, std::milli>(now - last).count());
    last = now;
  }
  sender.join();
  std::sort(frames.begin(), frames.end());
  note(std::to_string(frames.size()) + " frames in " + std::to_string(seconds) + " s, " +
       std::to_string(static_cast<double>(load.sentSpans()) / seconds / 1e6) +
       " M spans/s meanwhile, slowest frame " + std::to_string(frames.empty() ? 0 : frames.back()) + " ms");
  return frames.empty() ? 0 : frames[frames.size() * 99 / 100];
}

}  // namespace

std::vector<Bar> liveWindowBars() {
  return {{"frame of the window while receiving all it can, 99th percentile", "ms", Bar::Sense::AtMost, 33,
           frameWhileReceiving}};
}

}  // namespace waybill::bench
