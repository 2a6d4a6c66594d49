// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "bench/bar.h"
#include "bench/live_batch.h"
#include "bench/live_sender.h"
#include "bench/live_yardstick.h"
#include "bench/measure.h"
#include "ingest/grpc_receiver.h"
#include "ingest/http_receiver.h"

namespace waybill::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

const ingest::Endpoint kAnyPort{"127.0.0.1", 0};

void require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "waybill-bench: %s\n", what);
  std::exit(2);
}

template <typename T>
T orEnd(Result<T> result) {
  if (!result.ok()) require(false, result.error().message.c_str());
  return std::move(result).value();
}

// All that takes part in receiving, as the program runs it: a temporary capture, the store, both receivers.
struct Live {
  std::unique_ptr<ingest::LiveStore> store = orEnd(ingest::LiveStore::open(""));
  ingest::OtlpService service{*store};
  std::unique_ptr<ingest::GrpcReceiver> grpc = orEnd(ingest::GrpcReceiver::start(kAnyPort, {}, service));
  std::unique_ptr<ingest::HttpReceiver> http =
      orEnd(ingest::HttpReceiver::start(kAnyPort, ingest::HttpReceiver::Protocol::Otlp, {}, service));
};

LiveLoad loadOf(const Size& size, LiveLoad::Protocol protocol, uint16_t port) {
  LiveLoad load;
  load.protocol = protocol;
  load.port = port;
  load.batches = size.liveSpans / LiveBatch::kSpans;
  return load;
}

double spansPerSecond(const LiveLoad& load, double seconds) {
  return static_cast<double>(load.batches * LiveBatch::kSpans) / seconds;
}

double bareSpansPerSecond(const Size& size) {
  const LiveYardstick bare;
  const LiveLoad load = loadOf(size, LiveLoad::Protocol::Grpc, bare.port());
  const double seconds = sendLoad(load);
  require(bare.writtenBytes() > load.sentSpans() * 100, "the bare server did not write every request");
  return spansPerSecond(load, seconds);
}

double ourSpansPerSecond(const Size& size, LiveLoad::Protocol protocol) {
  const Live live;
  const bool isGrpc = protocol == LiveLoad::Protocol::Grpc;
  const LiveLoad load = loadOf(size, protocol, isGrpc ? live.grpc->bound().port : live.http->bound().port);
  const double seconds = sendLoad(load);
  require(live.service.counters().spans == load.sentSpans(), "not every span was accepted");
  return spansPerSecond(load, seconds);
}

std::string millions(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f M/s", value / 1e6);
  return text.data();
}

// Two ways to receive, in turns; the ratio is that of second to first.
struct Rates {
  double first, second, ratio;
};
template <typename First, typename Second>
Rates ratesInTurns(int repetitions, First&& first, Second&& second) {
  const Pair pair = inTurns(
      repetitions, [&] { return 1 / first(); }, [&] { return 1 / second(); });
  return {1 / pair.first, 1 / pair.second, 1 / pair.ratio};
}

int turnsOf(const Size& size) { return std::min(size.repetitions, 5); }

double grpcAgainstBare(const Size& size) {
  const Rates rates = ratesInTurns(
      turnsOf(size), [&] { return bareSpansPerSecond(size); },
      [&] { return ourSpansPerSecond(size, LiveLoad::Protocol::Grpc); });
  note("we accept " + millions(rates.second) + " spans, the bare server " + millions(rates.first));
  return rates.ratio;
}

double grpcRate(const Size& size) {
  std::vector<double> rates;
  for (int i = 0; i < turnsOf(size); ++i) rates.push_back(ourSpansPerSecond(size, LiveLoad::Protocol::Grpc));
  return median(rates) / 1000;
}

double httpAgainstGrpc(const Size& size) {
  const Rates rates = ratesInTurns(
      turnsOf(size), [&] { return ourSpansPerSecond(size, LiveLoad::Protocol::Grpc); },
      [&] { return ourSpansPerSecond(size, LiveLoad::Protocol::Http); });
  note("HTTP accepts " + millions(rates.second) + " spans, gRPC " + millions(rates.first));
  return rates.ratio;
}

uint64_t heapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Everything the allocator has given out since before anything listened, with the receivers still there.
double heapPerLiveSpan(const Size& size) {
  const uint64_t before = heapInUse();
  const Live live;
  const LiveLoad load = loadOf(size, LiveLoad::Protocol::Grpc, live.grpc->bound().port);
  sendLoad(load);
  return static_cast<double>(heapInUse() - before) / static_cast<double>(load.sentSpans());
}

// From accepted, which is before the answer is on its way, until a look at the store shows it: the time of the
// slowest in a hundred, while 50,000 spans a second arrive.
double visibleAfter(const Size& size) {
  const Live live;
  LiveLoad load = loadOf(size, LiveLoad::Protocol::Grpc, live.grpc->bound().port);
  load.batchesPerSecond = 100;
  load.batches = std::clamp<uint64_t>(size.liveSpans / 4000, 20, 1000);
  load.connections = load.inFlight = 1;
  std::vector<double> delays;
  sendLoad(load, [&] {
    while (live.service.counters().spans < load.sentSpans()) {
      const uint64_t accepted = live.service.counters().spans;
      const auto begin = Clock::now();
      while (live.store->snapshot()->spanCount() < accepted) std::this_thread::sleep_for(milliseconds(2));
      if (accepted > 0) delays.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  require(!delays.empty(), "nothing was accepted");
  std::sort(delays.begin(), delays.end());
  return delays[delays.size() * 99 / 100];
}

}  // namespace

std::vector<Bar> liveBars() {
  using Sense = Bar::Sense;
  return {
      {"receive over gRPC, against a bare server that writes a file", "x", Sense::AtLeast, 0.6, grpcAgainstBare},
      {"receive over gRPC, thousand spans a second", "k/s", Sense::AtLeast, 400, grpcRate},
      {"receive over HTTP, against gRPC", "x", Sense::AtLeast, 0.8, httpAgainstGrpc},
      {"heap per received span", "B", Sense::AtMost, 64, heapPerLiveSpan},
      {"received until visible, 50 k spans/s, 99th percentile", "ms", Sense::AtMost, 300, visibleAfter},
  };
}

}  // namespace waybill::bench
