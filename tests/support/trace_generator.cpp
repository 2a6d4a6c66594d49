// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/trace_generator.h"

#include <algorithm>
#include <vector>

#include "support/generated_span.h"
#include "support/generator_random.h"
#include "support/otlp_batches.h"

namespace waybill::test {
namespace {

constexpr int64_t kFirstStartNs = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
constexpr double kErrorRate = 0.0067;                         // a third more through calls that fail with it

bool isCall(SpanRole role) {
  return role == SpanRole::HttpClient || role == SpanRole::RpcClient || role == SpanRole::Publish;
}

SpanRole answerTo(SpanRole call) {
  if (call == SpanRole::HttpClient) return SpanRole::HttpServer;
  return call == SpanRole::RpcClient ? SpanRole::RpcServer : SpanRole::Consume;
}

// One trace, written span by span in the order in which they end: children before their parents.
class TraceWriter {
 public:
  TraceWriter(const GeneratorOptions& options, uint64_t trace, OtlpBatches& out)
      : m_spans(options.spansPerTrace),
        m_out(out),
        m_random(mixBits(options.seed) ^ (trace * 2 + 1)),
        m_salt(m_random.next()) {
    m_traceHigh = m_random.next();
    m_traceLow = m_random.next() | 1;  // never all zero
    m_startNs = kFirstStartNs + static_cast<int64_t>(trace) * 3'700'000 + m_random.below(3'000'000);
  }

  void write(TraceShape shape) {
    if (m_spans == 0) return;
    switch (shape) {
      case TraceShape::Mixed:
        return writeMixed();
      case TraceShape::Chain:
        return writeChain();
      case TraceShape::Wide:
        return writeWide();
    }
  }

 private:
  // A span of a mixed trace that is still open, and what is left to put into it.
  struct Open {
    GeneratedSpan span;
    uint64_t budget = 0;    // descendants still to be made
    uint64_t children = 0;  // among which so many children
    bool parallel = false;
    bool sameQuery = false;  // a loop that asks the database for one row at a time
    int64_t cursorNs = 0;    // where the next child of a series may begin
    uint64_t childSeed = 0;  // of the loop's query
  };

  // Distinct for all spans of a trace: a bijection of the counter.
  uint64_t idOf(uint64_t index) const {
    const uint64_t id = mixBits(m_salt + index);
    return id != 0 ? id : 1;
  }

  void emit(const GeneratedSpan& span) {
    const uint32_t instance =
        static_cast<uint32_t>((m_traceHigh >> 20) + span.service) % kInstancesPerService;
    m_out.add(span.service * kInstancesPerService + instance, span);
  }

  GeneratedSpan newSpan(uint64_t index) {
    GeneratedSpan span;
    span.traceHigh = m_traceHigh;
    span.traceLow = m_traceLow;
    span.id = idOf(index);
    span.seed = m_random.next();
    span.error = m_random.chance(kErrorRate);
    return span;
  }

  uint32_t otherService(uint32_t service) {
    const uint32_t target = 1 + m_random.below(kGeneratedServices - 1);
    return target != service ? target : 1 + target % (kGeneratedServices - 1);
  }

  void writeMixed();
  void writeChain();
  void writeWide();
  Open openSpan(GeneratedSpan span, uint64_t budget);
  uint64_t takeShare(Open& parent);
  GeneratedSpan childOf(Open& parent, uint64_t share);
  void placeChild(Open& parent, GeneratedSpan& child, uint64_t share);

  uint64_t m_spans;
  OtlpBatches& m_out;
  Random m_random;
  uint64_t m_salt;  // of the ids; set before the members below draw numbers
  uint64_t m_traceHigh = 0, m_traceLow = 0;
  int64_t m_startNs = 0;
  uint64_t m_next = 0;  // index of the next span
};

void TraceWriter::writeMixed() {
  GeneratedSpan root = newSpan(m_next++);
  root.role = SpanRole::HttpServer;
  root.startNs = m_startNs;
  const double perSpanNs = m_random.between(150'000, 900'000);
  root.endNs = m_startNs + 2'000'000 + static_cast<int64_t>(perSpanNs * static_cast<double>(m_spans));
  std::vector<Open> stack{openSpan(root, m_spans - 1)};
  while (!stack.empty() && m_out.open()) {
    Open& top = stack.back();
    if (top.children == 0) {
      emit(top.span);
      const bool failed = top.span.error;
      const bool wasAnswer = top.span.role == SpanRole::HttpServer || top.span.role == SpanRole::RpcServer;
      stack.pop_back();
      if (failed && wasAnswer && !stack.empty()) stack.back().span.error = true;
      continue;
    }
    const uint64_t share = takeShare(top);
    GeneratedSpan child = childOf(top, share);
    placeChild(top, child, share);
    stack.push_back(openSpan(child, share - 1));
  }
}

TraceWriter::Open TraceWriter::openSpan(GeneratedSpan span, uint64_t budget) {
  Open open;
  open.span = span;
  open.budget = budget;
  open.cursorNs = span.startNs + (span.endNs - span.startNs) / 32;
  open.childSeed = m_random.next();
  if (budget == 0) return open;
  if (isCall(span.role)) {
    open.children = 1;
  } else if (budget >= 6 && m_random.chance(0.06)) {
    open.sameQuery = true;
    open.children = std::min<uint64_t>(budget, 5 + m_random.below(60));
  } else {
    open.parallel = m_random.chance(0.3);
    open.children = std::min<uint64_t>(budget, 1 + m_random.below(7));
  }
  return open;
}

// How many spans the next child and its descendants are.
uint64_t TraceWriter::takeShare(Open& parent) {
  uint64_t share = 1;
  if (parent.children == 1) {
    share = parent.budget;
  } else if (!parent.sameQuery) {
    const uint64_t spare = parent.budget - parent.children;
    const double fraction = m_random.unit() * 2 / static_cast<double>(parent.children);
    share += static_cast<uint64_t>(static_cast<double>(spare) * std::min(fraction, 1.0));
  }
  parent.budget -= share;
  parent.children -= 1;
  return share;
}

GeneratedSpan TraceWriter::childOf(Open& parent, uint64_t share) {
  GeneratedSpan child = newSpan(m_next++);
  child.parent = parent.span.id;
  child.service = child.peer = parent.span.service;
  if (isCall(parent.span.role)) {
    child.role = answerTo(parent.span.role);
    child.service = parent.span.peer;
    child.peer = parent.span.service;
    child.seed = (child.seed & ~uint64_t{3}) | (parent.span.seed & 3);
    if (child.role == SpanRole::Consume) child.linkedSpan = parent.span.id;
  } else if (share > 1) {
    const double dice = m_random.unit();
    child.role = dice < 0.4    ? SpanRole::HttpClient
                 : dice < 0.65 ? SpanRole::RpcClient
                 : dice < 0.68 ? SpanRole::Publish
                               : SpanRole::Internal;
    if (isCall(child.role)) child.peer = otherService(child.service);
  } else if (parent.sameQuery) {
    child.role = SpanRole::Query;
    child.seed = (child.seed & ~uint64_t{3}) | (parent.childSeed & 3);
  } else {
    const double dice = m_random.unit();
    child.role = dice < 0.5 ? SpanRole::Query : dice < 0.8 ? SpanRole::CacheLookup : SpanRole::Internal;
  }
  return child;
}

// Puts the child into its parent: the server inside its client with a little network around it, children of a
// series one after another, each with time by its share of the work, parallel ones side by side.
void TraceWriter::placeChild(Open& parent, GeneratedSpan& child, uint64_t share) {
  const int64_t startNs = parent.span.startNs;
  const int64_t endNs = parent.span.endNs;
  const auto duration = static_cast<double>(endNs - startNs);
  if (child.role == SpanRole::Consume) {  // nobody waits for it
    child.startNs = endNs + 100'000 + m_random.below(5'000'000);
    child.endNs =
        child.startNs + static_cast<int64_t>(static_cast<double>(share) * m_random.between(50'000, 400'000));
  } else if (isCall(parent.span.role)) {
    const double network = std::min(duration * m_random.between(0.02, 0.12), 2'000'000.0);
    child.startNs = startNs + static_cast<int64_t>(network * 0.5);
    child.endNs = endNs - static_cast<int64_t>(network * 0.5);
  } else if (parent.parallel) {
    child.startNs = startNs + static_cast<int64_t>(duration * m_random.between(0.01, 0.08));
    child.endNs = child.startNs + static_cast<int64_t>(duration * m_random.between(0.3, 0.9));
  } else {
    const double left = static_cast<double>(endNs - parent.cursorNs) * 0.97;
    const double weight = static_cast<double>(share) / static_cast<double>(share + parent.budget);
    const auto slot = static_cast<int64_t>(std::max(0.0, left * weight));
    child.startNs = parent.cursorNs;
    child.endNs =
        child.startNs + static_cast<int64_t>(static_cast<double>(slot) * m_random.between(0.7, 0.99));
    parent.cursorNs += slot;
  }
  child.endNs = std::max(child.startNs, child.endNs);
  if (m_random.chance(0.001)) child.endNs += m_random.below(400'000);  // work that goes on after the answer
}

void TraceWriter::writeChain() {
  constexpr int64_t kStepNs = 1'000;
  const auto depth = static_cast<int64_t>(m_spans);
  for (uint64_t i = m_spans; i-- > 0 && m_out.open();) {
    GeneratedSpan span = newSpan(i);
    const auto level = static_cast<int64_t>(i);
    span.parent = i == 0 ? 0 : idOf(i - 1);
    span.startNs = m_startNs + level * kStepNs;
    span.endNs = m_startNs + (2 * depth - level) * kStepNs;
    // Client, server, own work, and on to the next service.
    constexpr uint64_t kPerService = 3;
    const auto serviceAt = [&](uint64_t index) {
      return static_cast<uint32_t>(((index + 1) / kPerService) % kGeneratedServices);
    };
    span.service = serviceAt(i);
    span.role = i % kPerService == 1   ? SpanRole::HttpClient
                : i % kPerService == 2 ? SpanRole::HttpServer
                                       : SpanRole::Internal;
    span.peer = span.role == SpanRole::HttpClient ? serviceAt(i + 1) : serviceAt(i == 0 ? 0 : i - 1);
    emit(span);
  }
}

void TraceWriter::writeWide() {
  constexpr int64_t kStepNs = 10'000;
  for (uint64_t i = 1; i < m_spans && m_out.open(); ++i) {
    GeneratedSpan child = newSpan(i);
    child.parent = idOf(0);
    child.role = m_random.chance(0.7) ? SpanRole::Query : SpanRole::CacheLookup;
    child.service = static_cast<uint32_t>(2 + i % 3);
    child.peer = child.service;
    child.startNs = m_startNs + static_cast<int64_t>(i) * kStepNs + m_random.below(8'000);
    child.endNs = child.startNs + 2'000 + m_random.below(60'000);
    emit(child);
  }
  GeneratedSpan root = newSpan(0);
  root.role = SpanRole::HttpServer;
  root.service = 2;
  root.startNs = m_startNs;
  root.endNs = m_startNs + static_cast<int64_t>(m_spans + 10) * kStepNs;
  emit(root);
}

}  // namespace

bool generateTraces(const GeneratorOptions& options, const std::function<bool(std::string_view)>& sink) {
  OtlpBatches batches(options.encoding, sink);
  for (uint64_t trace = 0; trace < options.traces && batches.open(); ++trace) {
    TraceWriter(options, trace, batches).write(options.shape);
  }
  batches.flush();
  return batches.open();
}

std::string generateTraces(const GeneratorOptions& options) {
  std::string bytes;
  generateTraces(options, [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  return bytes;
}

}  // namespace waybill::test
