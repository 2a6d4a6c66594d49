// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "otlp/fields.h"

namespace waybill::store {

using ContextIndex = Index<struct ContextTag>;        // a resource and scope, shared by many spans
using ServiceSetId = Index<struct ServiceSetTag>;     // a set of service names, shared by many traces

// What is known of a span without reading its bytes, packed into 16 bits.
struct SpanBits {
  static constexpr uint16_t kKindMask = 0x7;           // otlp::SpanKind
  static constexpr uint16_t kStatusShift = 3;          // otlp::StatusCode, two bits
  static constexpr uint16_t kStatusMask = 0x3 << kStatusShift;
  static constexpr uint16_t kUnfinished = 1 << 5;      // end time 0
  static constexpr uint16_t kStartMissing = 1 << 6;    // start time 0
  static constexpr uint16_t kInvalidSpanId = 1 << 7;   // its id is made up from its bytes, or 0
  static constexpr uint16_t kHasParent = 1 << 8;       // a parent id was given
  static constexpr uint16_t kHasEvents = 1 << 9;
  static constexpr uint16_t kHasLinks = 1 << 10;
  static constexpr uint16_t kDropped = 1 << 11;        // the sender dropped attributes, events or links
  static constexpr uint16_t kHasIsRemote = 1 << 12;    // Span.flags 0x100: the next bit is meant
  static constexpr uint16_t kParentRemote = 1 << 13;   // Span.flags 0x200
};

// One fixed-width row per span, in columns of blocks that never move. One writer appends; readers look only at
// rows below the count of their snapshot.
class SpanTable {
 public:
  // A block stays below the size from which the allocator rounds up to pages (128 KiB): a byte a row.
  static constexpr uint32_t kBlockRows = 1 << 11;

  struct Row {
    int64_t startNs = 0;     // since the Unix epoch, raw
    int64_t durationNs = 0;  // end - start, raw: negative happens; 0 when unfinished
    SpanId id;
    SpanId parent;           // 0 without a parent
    TraceIndex trace;
    SpanRow olderOfTrace;    // the row of the same trace that came before; itself when it is the first
    StringId name;
    ContextIndex context;
    uint32_t offset = 0;     // of the Span message's length prefix, in its chunk
    uint16_t bits = 0;       // SpanBits
  };

  uint32_t size() const { return m_size; }

  int64_t startNs(SpanRow r) const { return block(r).startNs[at(r)]; }
  int64_t durationNs(SpanRow r) const { return block(r).durationNs[at(r)]; }
  SpanId id(SpanRow r) const { return SpanId{block(r).id[at(r)]}; }
  SpanId parent(SpanRow r) const { return SpanId{block(r).parent[at(r)]}; }
  TraceIndex trace(SpanRow r) const { return TraceIndex(block(r).trace[at(r)]); }
  SpanRow olderOfTrace(SpanRow r) const { return SpanRow(block(r).olderOfTrace[at(r)]); }
  StringId name(SpanRow r) const { return StringId(block(r).name[at(r)]); }
  ContextIndex context(SpanRow r) const { return ContextIndex(block(r).contextAt(at(r))); }
  uint32_t offset(SpanRow r) const { return block(r).offset[at(r)]; }
  uint16_t bits(SpanRow r) const { return block(r).bits[at(r)]; }

  SpanRow append(const Row& row);  // writer only

  size_t heapBytes() const;

 private:
  // 52 bytes a row, 56 where it spans too many contexts.
  struct Block {
    using Contexts = std::array<uint32_t, kBlockRows>;

    std::array<int64_t, kBlockRows> startNs, durationNs;
    std::array<uint64_t, kBlockRows> id, parent;
    std::array<uint32_t, kBlockRows> trace, olderOfTrace, name, offset;
    std::array<uint16_t, kBlockRows> bits;

    // Rows that stand together come from contexts that do, so 16 bits tell them apart; when a row's context lies
    // further off, all of the block move into an array of full ones. Readers of older rows may look meanwhile.
    std::array<uint16_t, kBlockRows> nearContext;  // above firstContext
    uint32_t firstContext = 0;
    std::atomic<Contexts*> contexts{nullptr};  // owned

    Block() = default;
    ~Block() { delete contexts.load(std::memory_order_relaxed); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    uint32_t contextAt(size_t i) const {
      const Contexts* const all = contexts.load(std::memory_order_acquire);
      return all == nullptr ? firstContext + nearContext[i] : (*all)[i];
    }
    void setContext(size_t i, uint32_t context);
  };

  const Block& block(SpanRow r) const { return *m_blocks[r.value / kBlockRows]; }
  static size_t at(SpanRow r) { return r.value % kBlockRows; }

  std::vector<std::shared_ptr<Block>> m_blocks;
  uint32_t m_size = 0;
};

}  // namespace waybill::store
