// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/container/container.h"

#include <algorithm>
#include <array>

#include "formats/container/spooler.h"
#include "formats/container/unpackers.h"

namespace waybill::formats {
namespace {

constexpr std::array kContainers = {&kGzip, &kZstd, &kZstdPerMessage, &kUtf16};

}  // namespace

const Container* detectContainer(std::string_view head) {
  const auto found = std::find_if(kContainers.begin(), kContainers.end(),
                                  [head](const Container* container) { return container->sniff(head); });
  return found == kContainers.end() ? nullptr : *found;
}

Result<Unpacked> unpackAll(std::shared_ptr<const MappedFile> input, Diagnostics& diagnostics,
                           std::stop_token stop, const std::function<void(uint64_t)>& progress,
                           const std::function<Result<void>(std::string_view head, bool whole)>& accept) {
  Unpacked unpacked;
  for (int depth = 0;; ++depth) {
    const Container* const container = detectContainer(input->bytes().substr(0, Spooler::kFirstLook));
    if (container == nullptr) break;
    if (depth == kMaxContainers) {
      return Error{"is packed more than " + std::to_string(kMaxContainers) + " times; unpack it first."};
    }
    Spooler spooler([&](std::string_view head, bool whole) {
      return detectContainer(head) != nullptr ? Result<void>() : accept(head, whole);
    });
    const bool outermost = depth == 0;
    const UnpackJob job{input->bytes(),
                        input->path(),
                        [&spooler](std::string_view bytes) { return spooler.write(bytes); },
                        &diagnostics,
                        stop,
                        [&](uint64_t done) {
                          if (outermost) progress(done);
                        }};
    if (const auto done = container->unpack(job); !done.ok()) return done.error();
    if (stop.stop_requested()) break;
    auto inner = spooler.finish(input->path());
    if (!inner.ok()) return inner.error();
    if (input->damaged()) {
      diagnostics.add(DiagnosticKind::FileChanged, input->path(), 0,
                      "the file was shortened while it was unpacked");
    }
    input = std::move(inner).value();
    unpacked.containers += (unpacked.containers.empty() ? "" : " + ") + std::string(container->id);
  }
  if (unpacked.containers.empty()) unpacked.containers = "none";
  unpacked.input = std::move(input);
  return unpacked;
}

}  // namespace waybill::formats
