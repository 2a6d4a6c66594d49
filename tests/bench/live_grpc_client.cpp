// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/live_batch.h"
#include "bench/live_client.h"

namespace waybill::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

// One call after the other, each with a batch of its own.
class Lane {
 public:
  Lane(grpc::GenericStub& stub, uint64_t seed) : m_stub(stub), m_batch(seed) {}

  void send(uint64_t number, std::function<void(bool)> answered) {
    m_batch.setIds(number);
    // Not copied: the batch stays as it is until the answer is there.
    const grpc::Slice slice(m_batch.bytes().data(), m_batch.bytes().size(), grpc::Slice::STATIC_SLICE);
    m_request = grpc::ByteBuffer(&slice, 1);
    m_context.emplace();
    m_answered = std::move(answered);
    m_stub.UnaryCall(&*m_context, kMethod, {}, &m_request, &m_response, [this](const grpc::Status& status) {
      if (!status.ok()) std::fprintf(stderr, "waybill-bench: %s\n", status.error_message().c_str());
      const auto next = std::move(m_answered);
      next(status.ok());
    });
  }

  bool sendAndWait(uint64_t number) {
    std::promise<bool> done;
    send(number, [&done](bool good) { done.set_value(good); });
    return done.get_future().get();
  }

 private:
  grpc::GenericStub& m_stub;
  LiveBatch m_batch;
  std::optional<grpc::ClientContext> m_context;
  grpc::ByteBuffer m_request, m_response;
  std::function<void(bool)> m_answered;
};

// Batches that are still to be sent, shared by the lanes.
class Supply {
 public:
  Supply(uint64_t first, uint64_t count, size_t lanes) : m_next(first), m_end(first + count), m_lanes(lanes) {}

  void run(Lane& lane) {
    const uint64_t number = m_next++;
    if (number >= m_end || !m_good) {
      if (--m_lanes == 0) m_done.set_value();
      return;
    }
    lane.send(number, [this, &lane](bool good) {
      if (!good) m_good = false;
      run(lane);
    });
  }
  bool wait() {
    m_done.get_future().wait();
    return m_good;
  }

 private:
  std::atomic<uint64_t> m_next;
  const uint64_t m_end;
  std::atomic<size_t> m_lanes;
  std::atomic<bool> m_good{true};
  std::promise<void> m_done;
};

bool sendAtPace(Lane& lane, uint64_t first, const LiveLoad& load) {
  const auto begin = Clock::now();
  for (uint64_t i = 0; i < load.batches; ++i) {
    const double due = static_cast<double>(i) / static_cast<double>(load.batchesPerSecond);
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(due)));
    if (!lane.sendAndWait(first + i)) return false;
  }
  return true;
}

}  // namespace

double sendByGrpc(const LiveLoad& load) {
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  std::vector<std::unique_ptr<Lane>> lanes;
  for (uint32_t connection = 0; connection < load.connections; ++connection) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stubs.push_back(std::make_unique<grpc::GenericStub>(grpc::CreateCustomChannel(
        "127.0.0.1:" + std::to_string(load.port), grpc::InsecureChannelCredentials(), arguments)));
    for (uint32_t call = 0; call < load.inFlight; ++call) {
      lanes.push_back(std::make_unique<Lane>(*stubs.back(), lanes.size()));
    }
    if (!lanes.back()->sendAndWait(connection)) return 0;
  }
  const auto begin = Clock::now();
  if (load.batchesPerSecond > 0) {
    if (!sendAtPace(*lanes.front(), load.connections, load)) return 0;
  } else {
    Supply supply(load.connections, load.batches, lanes.size());
    for (const auto& lane : lanes) supply.run(*lane);
    if (!supply.wait()) return 0;
  }
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace waybill::bench
