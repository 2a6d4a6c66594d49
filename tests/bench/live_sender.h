// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace waybill::bench {

// What a load of LiveBatches on 127.0.0.1 looks like.
struct LiveLoad {
  enum class Protocol { Grpc, Http };

  Protocol protocol = Protocol::Grpc;
  uint16_t port = 0;
  uint64_t batches = 0;         // that count; each connection sends one more before the clock starts
  uint32_t connections = 4;
  uint32_t inFlight = 4;        // calls per connection; one over HTTP
  uint64_t batchesPerSecond = 0;  // 0: as fast as answers come

  uint64_t sentSpans() const;  // in all
};

// Sends the load from a process of its own, which competes for the same processors as a real sender on this machine,
// but not for our locks and allocator. Returns the seconds from the first request to the last answer; `meanwhile` is
// called once it runs. Ends the program when a request is refused.
double sendLoad(const LiveLoad& load, const std::function<void()>& meanwhile = {});

// The main program of that process.
inline constexpr const char* kLiveSender = "--live-sender";
int liveSenderMain(int argc, char** argv);

}  // namespace waybill::bench
