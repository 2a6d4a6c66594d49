// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "formats/container/unpackers.h"

namespace waybill::formats {
namespace {

constexpr std::string_view kFrameMagic = "\x28\xB5\x2F\xFD";
constexpr size_t kInputPiece = size_t{1} << 20;
constexpr int kMaxWindowLog = 27;  // 128 MiB, what the zstd tool unpacks without being asked for more

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

bool isSkippable(std::string_view head) {
  return head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xF0) == 0x50 &&
         head.substr(1, 3) == "\x2A\x4D\x18";
}

bool sniffStream(std::string_view head) {
  return head.substr(0, 4) == kFrameMagic || isSkippable(head);
}

bool sniffMessages(std::string_view head) {
  if (head.size() < 8 || head.substr(4, 4) != kFrameMagic) return false;
  const uint32_t length = loadBigEndian32(head.data());
  return length >= 5 && length <= kMaxMessageBytes;
}

Result<void> unpackStream(const UnpackJob& job) {
  const Context context(ZSTD_createDCtx());
  const size_t pieceBytes = ZSTD_DStreamOutSize();
  const std::unique_ptr<char[]> output(new char[pieceBytes]);
  if (!context) return Error{"cannot be unpacked: not enough memory."};
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  uint64_t at = 0;
  uint64_t wrote = 0;
  size_t expected = 0;   // 0 at the end of a frame
  bool pending = false;  // the output was full: more may come out without input
  while ((at < job.input.size() || pending) && !job.stop.stop_requested()) {
    const std::string_view piece = job.input.substr(at, kInputPiece);
    ZSTD_inBuffer in{piece.data(), piece.size(), 0};
    do {
      ZSTD_outBuffer out{output.get(), pieceBytes, 0};
      const size_t status = ZSTD_decompressStream(context.get(), &out, &in);
      if (ZSTD_isError(status)) {
        const std::string place = "at byte " + std::to_string(at + in.pos);
        if (wrote == 0)
          return Error{"is damaged zstd " + place + " (" + ZSTD_getErrorName(status) +
                       "); copy or download it again."};
        job.diagnostics->add(DiagnosticKind::UnreadableRecord, job.file, at + in.pos,
                             "the zstd data is damaged " + place + "; what comes after was not read");
        return {};
      }
      if (const auto written = job.write({output.get(), out.pos}); !written.ok()) return written;
      wrote += out.pos;
      expected = status;
      pending = out.pos == pieceBytes && status != 0;
    } while ((in.pos < in.size || pending) && !job.stop.stop_requested());
    at += piece.size();
    job.progress(at);
  }
  if (expected != 0 && !job.stop.stop_requested()) {
    job.diagnostics->add(DiagnosticKind::TruncatedTail, job.file, at, "the zstd data ends too early");
  }
  return {};
}

// Unpacks one message into `message`; false when it is damaged or too large.
bool unpackMessage(ZSTD_DCtx* context, std::string_view frame, std::string& message, bool& tooLarge) {
  constexpr size_t kPiece = size_t{256} << 10;
  ZSTD_DCtx_reset(context, ZSTD_reset_session_only);
  message.clear();
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  while (true) {
    const size_t before = message.size();
    if (before > kMaxMessageBytes) {
      tooLarge = true;
      return false;
    }
    message.resize(before + kPiece);
    ZSTD_outBuffer out{message.data() + before, kPiece, 0};
    const size_t status = ZSTD_decompressStream(context, &out, &in);
    message.resize(before + (ZSTD_isError(status) ? 0 : out.pos));
    if (ZSTD_isError(status)) return false;
    if (in.pos == in.size && (status == 0 || out.pos < kPiece)) return status == 0;
  }
}

// Proto keeps its length prefix, JSON becomes a line: what the readers of formats know.
Result<void> writeMessage(const UnpackJob& job, std::string_view message) {
  const size_t first = message.find_first_not_of(" \t\r\n");
  if (first == message.npos) return {};
  if (message[first] == '{' || message[first] == '[') {
    if (const auto written = job.write(message); !written.ok()) return written;
    return job.write("\n");
  }
  char length[4];
  storeBigEndian32(length, static_cast<uint32_t>(message.size()));
  if (const auto written = job.write({length, sizeof length}); !written.ok()) return written;
  return job.write(message);
}

// The next length and frame magic; the input's end when there is none.
uint64_t findMessage(std::string_view input, uint64_t from) {
  for (size_t at = input.find(kFrameMagic, from + 4); at != input.npos;
       at = input.find(kFrameMagic, at + 1)) {
    if (sniffMessages(input.substr(at - 4, 8))) return at - 4;
  }
  return input.size();
}

Result<void> unpackMessages(const UnpackJob& job) {
  const Context context(ZSTD_createDCtx());
  if (!context) return Error{"cannot be unpacked: not enough memory."};
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  const auto note = [&job](DiagnosticKind kind, uint64_t offset, std::string_view example) {
    job.diagnostics->add(kind, job.file, offset, example);
  };
  std::string message;
  for (uint64_t at = 0; at < job.input.size() && !job.stop.stop_requested();) {
    job.progress(at);
    const std::string_view rest = job.input.substr(at);
    const uint64_t length = rest.size() < 4 ? rest.size() : loadBigEndian32(rest.data());
    if (rest.size() < 8 || (sniffMessages(rest) && length > rest.size() - 4)) {
      note(DiagnosticKind::TruncatedTail, at, "the file ends in the middle of a compressed message");
      return {};
    }
    if (!sniffMessages(rest)) {
      note(DiagnosticKind::UnreadableRecord, at, "bytes that are no length and zstd frame");
      at = findMessage(job.input, at + 1);
      continue;
    }
    bool tooLarge = false;
    if (unpackMessage(context.get(), rest.substr(4, length), message, tooLarge)) {
      if (const auto written = writeMessage(job, message); !written.ok()) return written;
      at += 4 + length;
    } else if (tooLarge) {
      note(DiagnosticKind::MessageTooLarge, at,
           "a message of more than 64 MiB after decompression was left out");
      at += 4 + length;
    } else {
      note(DiagnosticKind::UnreadableRecord, at, "a compressed message is damaged");
      at = findMessage(job.input, at + 1);
    }
  }
  job.progress(job.input.size());
  return {};
}

}  // namespace

const Container kZstd = {"zstd", &sniffStream, &unpackStream};
const Container kZstdPerMessage = {"zstd per message", &sniffMessages, &unpackMessages};

}  // namespace waybill::formats
