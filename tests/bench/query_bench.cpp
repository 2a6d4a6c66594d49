// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// Sorting and filtering many traces, and attribute columns. All threads, by the clock on the wall; the best of several
// turns, because on a shared machine the others say how busy it was.
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/bar.h"
#include "bench/inputs.h"
#include "bench/measure.h"
#include "ingest/file_loader.h"
#include "otlp/fields.h"
#include "otlp/wire_writer.h"
#include "query/attribute_columns.h"
#include "query/facet_counts.h"
#include "query/trace_order.h"
#include "store/trace_store.h"
#include "support/generator_random.h"

namespace waybill::bench {
namespace {

using query::AttributeColumns;
using query::TraceListQuery;
using query::TraceSort;
using Shared = std::shared_ptr<const store::Snapshot>;

// Of the attributes of the generated spans: one that many have, and the value that some have.
constexpr const char* kAttribute = "http.route";
constexpr const char* kFilter = "http.route=/orders/{id}";

void require(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "waybill-bench: %s\n", what);
  std::exit(2);
}

// The last file asked for, loaded; one at a time, as they are large.
Shared loaded(const test::GeneratorOptions& options) {
  static std::string lastPath;
  static Shared last;
  const std::string& path = generatedFile(options);
  if (last != nullptr && lastPath == path) return last;
  last.reset();
  store::TraceStore store;
  require(ingest::loadFiles({path}, store).firstError().empty(), "an input cannot be loaded");
  lastPath = path;
  last = store.snapshot();
  return last;
}

// As many traces as there are spans elsewhere, of one span each.
Shared manyTraces(const Size& size) { return loaded({size.spans, 1, test::TraceShape::Mixed, size.seed, {}}); }

// As many again, with another name each: what a sender makes that puts ids into names.
Shared differentNames(const Size& size) {
  static Shared kept;
  if (kept != nullptr && kept->traceCount() == size.spans) return kept;
  otlp::WireWriter wire;
  const auto resourceSpans = wire.open(otlp::traces_data::kResourceSpans, 4);
  const auto scopeSpans = wire.open(otlp::resource_spans::kScopeSpans, 4);
  for (uint64_t i = 0; i < size.spans; ++i) {
    const uint64_t scattered = test::mixBits(i + size.seed);
    const auto span = wire.open(otlp::scope_spans::kSpans);
    std::array<char, 16> id{1};
    std::memcpy(id.data() + 8, &i, sizeof i);
    wire.text(otlp::span::kTraceId, {id.data(), 16});
    wire.text(otlp::span::kSpanId, {id.data() + 1, 8});
    wire.text(otlp::span::kName, "GET /Users/" + std::to_string(scattered % 1'000'000'000));
    wire.fixed64(otlp::span::kStart, 1'000'000'000 + i);
    wire.fixed64(otlp::span::kEnd, 2'000'000'000 + i);
    wire.close(span);
  }
  wire.close(scopeSpans);
  wire.close(resourceSpans);
  auto [bytes, bytesSize] = wire.take();
  const auto chunk = Chunk::owned(std::shared_ptr<const char[]>(std::move(bytes)), bytesSize, "names", 0);
  store::TraceStore store;
  store.append(chunk, chunk->bytes());
  store.publish();
  return kept = store.snapshot();
}

template <typename Work>
double bestSeconds(int repetitions, Work&& work) {
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < repetitions; ++i) best = std::min(best, wallSecondsOf(work));
  return best;
}

double orderMilliseconds(const Size& size, const Shared& snapshot, const TraceListQuery& query) {
  AttributeColumns columns;
  size_t found = 0;
  double processor = std::numeric_limits<double>::max();
  const double seconds = bestSeconds(size.repetitions, [&] {
    processor = std::min(processor, secondsOf([&] {
      const auto order = query::orderTraces(*snapshot, query, columns);
      found = order ? order->traces.size() : 0;
    }));
  });
  require(found > 0 && (found == snapshot->traceCount()) == query.filter.empty(), "the filter fits all or nothing");
  note("finds " + std::to_string(found) + " of " + std::to_string(snapshot->traceCount()) + " traces, processor time of all threads " +
       std::to_string(processor * 1e3) + " ms");
  return seconds * 1e3;
}

// The list of traces with a term that no column has been built for.
double firstFilterSeconds(const Size& size) {
  const Shared snapshot = loaded(largeInput(size));
  size_t found = 0;
  double processor = std::numeric_limits<double>::max();
  const double seconds = bestSeconds(std::min(size.repetitions, 3), [&] {
    processor = std::min(processor, secondsOf([&] {
      AttributeColumns columns;
      const auto order = query::orderTraces(*snapshot, {TraceSort::Duration, true, kFilter}, columns);
      found = order ? order->traces.size() : 0;
    }));
  });
  require(found > 0 && found <= snapshot->traceCount(), "the filter finds nothing");
  const double gigabytes = static_cast<double>(snapshot->wireBytes()) / 1e9;
  note("finds " + std::to_string(found) + " of " + std::to_string(snapshot->traceCount()) + " traces in " +
       std::to_string(snapshot->spanCount()) + " spans and " + std::to_string(gigabytes) +
       " GB; processor time of all threads " + std::to_string(processor) + " s");
  return seconds;
}

double againFilterMilliseconds(const Size& size) {
  const Shared snapshot = loaded(largeInput(size));
  AttributeColumns columns;
  const TraceListQuery query{TraceSort::Duration, true, kFilter};
  query::orderTraces(*snapshot, query, columns);
  return bestSeconds(size.repetitions, [&] { query::orderTraces(*snapshot, query, columns); }) * 1e3;
}

// What the window shows beside the list: the fields of every span, and an attribute.
std::vector<query::FacetCounts> facets(const store::Snapshot& snapshot, AttributeColumns& columns, const char* filter) {
  std::vector<query::Term> keys;
  for (const char* key : {"service", "name", "status", "kind", kAttribute}) keys.push_back(*query::readKey(key));
  auto counts = query::countFacets(snapshot, query::readFilter(filter), keys, 100, columns);
  require(counts && std::ranges::all_of(*counts, [](const auto& facet) { return !facet.values.empty(); }),
          "a facet has no values");
  return std::move(*counts);
}

double firstFacetsSeconds(const Size& size) {
  const Shared snapshot = loaded(largeInput(size));
  return bestSeconds(std::min(size.repetitions, 3), [&] {
    AttributeColumns columns;
    facets(*snapshot, columns, "");
  });
}

double againFacetsMilliseconds(const Size& size, const Shared& snapshot, const char* filter) {
  AttributeColumns columns;
  facets(*snapshot, columns, filter);
  double processor = std::numeric_limits<double>::max();
  uint32_t traces = 0;
  const double seconds = bestSeconds(size.repetitions, [&] {
    processor = std::min(processor, secondsOf([&] { traces = facets(*snapshot, columns, filter).front().traces; }));
  });
  note("five facets of " + std::to_string(traces) + " traces of " + std::to_string(snapshot->traceCount()) + " with " +
       std::to_string(snapshot->spanCount()) + " spans; processor time of all threads " +
       std::to_string(processor * 1e3) + " ms");
  return seconds * 1e3;
}

uint64_t heapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// What the allocator has given out for a column, less what it had given out before.
double columnBytesPerSpan(const Size& size) {
  const Shared snapshot = loaded(largeInput(size));
  const uint64_t before = heapInUse();
  AttributeColumns columns;
  require(columns.get(*snapshot, kAttribute, query::allThreads()) != nullptr, "a column cannot be built");
  return static_cast<double>(heapInUse() - before) / snapshot->spanCount();
}

}  // namespace

std::vector<Bar> queryBars() {
  using Sense = Bar::Sense;
  const auto order = [](const TraceListQuery& query) {
    return [query](const Size& size) { return orderMilliseconds(size, manyTraces(size), query); };
  };
  const auto byDifferentNames = [](const Size& size) {
    return orderMilliseconds(size, differentNames(size), {TraceSort::Name, false, {}});
  };
  return {
      {"sort a million traces by duration", "ms", Sense::AtMost, 300, order({TraceSort::Duration, true, {}})},
      {"sort a million traces by start", "ms", Sense::AtMost, 300, order({TraceSort::Start, true, {}})},
      {"sort a million traces by name", "ms", Sense::AtMost, 300, order({TraceSort::Name, false, {}})},
      {"sort a million traces by name, each with another", "ms", Sense::AtMost, 300, byDifferentNames},
      {"filter a million traces by a word", "ms", Sense::AtMost, 300, order({TraceSort::Duration, true, "post"})},
      {"filter ten times the spans by an attribute, first", "s", Sense::AtMost, 2, firstFilterSeconds},
      {"filter ten times the spans by an attribute, again", "ms", Sense::AtMost, 100, againFilterMilliseconds},
      {"count facets over ten times the spans, first", "s", Sense::AtMost, 2, firstFacetsSeconds},
      {"count facets over ten times the spans, again", "ms", Sense::AtMost, 300,
       [](const Size& size) { return againFacetsMilliseconds(size, loaded(largeInput(size)), ""); }},
      {"count facets of a filtered list over ten times the spans", "ms", Sense::AtMost, 300,
       [](const Size& size) { return againFacetsMilliseconds(size, loaded(largeInput(size)), kFilter); }},
      {"count facets over a million traces, again", "ms", Sense::AtMost, 300,
       [](const Size& size) { return againFacetsMilliseconds(size, manyTraces(size), ""); }},
      {"heap of an attribute column per span", "B", Sense::AtMost, 4, columnBytesPerSpan},
  };
}

}  // namespace waybill::bench
