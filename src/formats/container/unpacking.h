// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "formats/container/container.h"
#include "formats/container/spooler.h"

namespace waybill::formats {

// One container being unpacked into a spool file by a thread of its own, ahead of whoever reads what came out. All
// other functions are for that one reader.
class Unpacking {
 public:
  // `accept` as for unpackAll(); it is called on the unpacking thread.
  Unpacking(std::shared_ptr<const MappedFile> packed, const Container& container, Spooler::Accept accept,
            const std::stop_token& stop);
  ~Unpacking();  // calls it off and waits
  Unpacking(const Unpacking&) = delete;
  Unpacking& operator=(const Unpacking&) = delete;

  const std::string& path() const { return m_packed->path(); }

  // Waits until the first MiB has come out. True when it is the beginning of something that can be read while more
  // comes; otherwise (it is short, another container, or an error) all is over when this returns. `progress` is told
  // now and then how many packed bytes were taken.
  bool waitForBeginning(const std::function<void(uint64_t)>& progress);

  // Waits until so many bytes are unpacked or no more will come; how many there are.
  uint64_t waitFor(uint64_t size);
  uint64_t unpacked() const { return m_unpacked.load(std::memory_order_relaxed); }
  double share() const;  // of the packed bytes that were taken

  // The spool file's first `size` bytes, of which those that are unpacked may be read.
  Result<std::shared_ptr<const MappedFile>> window(uint64_t size) const;

  void callOff() { m_stop.request_stop(); }
  // Waits for the end. What was odd goes to `diagnostics`.
  Result<void> finish(Diagnostics& diagnostics);
  // After finish() went well: all that was unpacked; null when called off.
  const std::shared_ptr<const MappedFile>& whole() const { return m_whole; }

 private:
  void run();
  Result<void> unpack();
  Result<void> write(std::string_view bytes);

  const std::shared_ptr<const MappedFile> m_packed;
  const Container& m_container;
  std::stop_source m_stop;
  const std::stop_callback<std::function<void()>> m_forwardStop;
  Spooler m_spooler;
  Diagnostics m_diagnostics;  // the thread's, until it is over
  Result<void> m_result;
  std::shared_ptr<const MappedFile> m_whole;
  bool m_isContainer = false;  // what came out begins with one; the thread's
  std::atomic<uint64_t> m_taken{0};
  std::atomic<uint64_t> m_unpacked{0};  // in the spool file; changed under the mutex

  std::mutex m_mutex;
  std::condition_variable m_wake;
  bool m_begun = false;  // what is unpacked can be read
  bool m_over = false;
  std::jthread m_thread;  // last member: it uses the others
};

}  // namespace waybill::formats
