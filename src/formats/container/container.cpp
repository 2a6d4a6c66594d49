// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/container/container.h"

#include <algorithm>
#include <array>

#include "formats/container/spooler.h"
#include "formats/container/unpackers.h"
#include "formats/container/unpacking.h"

namespace waybill::formats {
namespace {

constexpr std::array kContainers = {&kGzip, &kZstd, &kZstdPerMessage, &kUtf16};
constexpr double kUnpackingShare = 0.5;  // of the work on a file, when it is done before the reading

}  // namespace

const Container* detectContainer(std::string_view head) {
  const auto found = std::find_if(kContainers.begin(), kContainers.end(),
                                  [head](const Container* container) { return container->sniff(head); });
  return found == kContainers.end() ? nullptr : *found;
}

Result<Unpacked> unpackAll(std::shared_ptr<const MappedFile> input, Diagnostics& diagnostics,
                           const std::stop_token& stop, const std::function<void(uint64_t)>& progress,
                           const std::function<Result<void>(std::string_view head, bool whole)>& accept) {
  std::string containers;
  for (int depth = 0;; ++depth) {
    const Container* const container = detectContainer(input->bytes().substr(0, Spooler::kFirstLook));
    if (container == nullptr) break;
    if (depth == kMaxContainers) {
      return Error{"is packed more than " + std::to_string(kMaxContainers) + " times; unpack it first."};
    }
    const auto unpacking = std::make_shared<Unpacking>(input, *container, accept, stop);
    const bool outermost = depth == 0;
    const bool begun = unpacking->waitForBeginning([&](uint64_t taken) {
      if (outermost) progress(taken);
    });
    const std::string all = (containers.empty() ? "" : containers + " + ") + std::string(container->id);
    if (begun) return Unpacked{ReaderInput(unpacking), all, outermost ? 0 : kUnpackingShare};
    if (const auto done = unpacking->finish(diagnostics); !done.ok()) return done.error();
    if (stop.stop_requested()) break;
    input = unpacking->whole();
    containers = all;
  }
  if (containers.empty()) return Unpacked{ReaderInput(std::move(input)), "none", 0};
  return Unpacked{ReaderInput(std::move(input)), containers, kUnpackingShare};
}

}  // namespace waybill::formats
