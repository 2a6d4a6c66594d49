// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "acceptance/faults.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <mutex>
#include <optional>

#include "acceptance/agreement.h"
#include "acceptance/judge.h"
#include "acceptance/table.h"
#include "analysis/excess_ranking.h"
#include "analysis/trace_analysis.h"
#include "ingest/file_loader.h"

namespace waybill::acceptance {
namespace {

using Snapshot = std::shared_ptr<const store::Snapshot>;
using Known = std::shared_ptr<const analysis::Population>;
using analysis::TraceAnalysis;

struct LabelledFault {
  int64_t number = 0;
  std::string file, normal, service, type, system;
  std::vector<TraceId> slow;

  bool isOnNetwork() const { return type.find("network") != std::string::npos; }
};

// Up to 32 hexadecimal digits; fewer are the last ones.
std::optional<TraceId> traceId(std::string_view text) {
  if (text.empty() || text.size() > 32) return std::nullopt;
  const std::string digits = std::string(32 - text.size(), '0') + std::string(text);
  TraceId id{};
  const auto read = [](std::string_view part, uint64_t& value) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, 16);
    return error == std::errc() && end == part.data() + part.size();
  };
  const std::string_view all = digits;
  if (!read(all.substr(0, 16), id.high) || !read(all.substr(16), id.low)) return std::nullopt;
  return id;
}

Result<std::vector<LabelledFault>> readTruth(const std::string& path) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.load(path).get(list) != simdjson::SUCCESS) return Error{path + " cannot be read as a list of faults."};
  std::vector<LabelledFault> out;
  for (const simdjson::dom::element element : list) {
    LabelledFault fault;
    const auto text = [&](std::string_view key) {
      std::string_view value;
      return element[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
    };
    if (element["fault"].get(fault.number) != simdjson::SUCCESS) fault.number = -1;
    fault.file = text("file");
    fault.normal = text("normal");
    fault.service = text("service");
    fault.type = text("type");
    fault.system = text("system");
    simdjson::dom::array slow;
    if (fault.file.empty() || fault.normal.empty() || fault.service.empty() ||
        element["slow_traces"].get(slow) != simdjson::SUCCESS) {
      return Error{path + ": a fault lacks its file, its normal file, its service or its slow traces."};
    }
    for (const simdjson::dom::element trace : slow) {
      std::string_view digits;
      const bool isText = trace.get(digits) == simdjson::SUCCESS;
      const auto id = isText ? traceId(digits) : std::nullopt;
      if (!id) return Error{path + ": a slow trace is no trace id."};
      fault.slow.push_back(*id);
    }
    out.push_back(std::move(fault));
  }
  return out;
}

// Null when nothing could be read.
Snapshot load(const std::string& path, std::vector<std::string>& troubles) {
  store::TraceStore store;
  const ingest::LoadReport report = ingest::loadFiles({path}, store);
  store.publish();
  if (!report.firstError().empty()) troubles.push_back(report.firstError());
  return report.anyRead() ? store.snapshot() : nullptr;
}

bool isNamed(const LabelledFault& fault, std::string_view service, std::string_view peerService) {
  return service == fault.service || (fault.isOnNetwork() && peerService == fault.service);
}

class FaultRun {
 public:
  FaultRun(const LabelledFault& fault, Snapshot snapshot, const Snapshot& normal)
      : m_fault(fault),
        m_snapshot(std::move(snapshot)),
        m_alone(populationOf(m_snapshot)),
        m_normal(populationOf(m_snapshot, normal)) {}

  FaultScore score() {
    FaultScore out;
    for (const TraceId id : m_fault.slow) {
      const auto trace = m_snapshot->findTrace(id);
      out.alone.count(trace && isHit(*trace, m_alone, out));
      out.baseline.count(trace && isHit(*trace, m_normal, out));
    }
    m_place = placeInWindow();
    out.windowFirst.count(m_place == 1);
    out.windowThree.count(m_place <= 3);
    return out;
  }
  uint32_t place() const { return m_place; }

 private:
  bool isHit(TraceIndex trace, const Known& known, FaultScore& score) const {
    const auto analysis = analysis::analyzeTrace(m_snapshot, trace, known);
    score.silent.count(analysis->findings.empty());
    score.agreeing.count(!disagreement(*analysis));
    if (analysis->findings.empty()) return false;
    const analysis::Finding& first = analysis->findings.front();
    return isNamed(m_fault, first.service, first.peerService);
  }

  // 1: first.
  uint32_t placeInWindow() const {
    std::mutex mutex;
    analysis::ExcessRanking ranking;
    inParallel(m_snapshot->traceCount(), [&](uint32_t i) {
      const auto analysis = analysis::analyzeTrace(m_snapshot, TraceIndex(i), m_normal);
      const std::lock_guard lock(mutex);
      ranking.add(*analysis);
    });
    uint32_t place = 0;
    for (const analysis::OperationExcess& row : ranking.ranked(*m_snapshot)) {
      ++place;
      if (isNamed(m_fault, row.service, row.peerService)) return place;
    }
    return UINT32_MAX;
  }

  const LabelledFault& m_fault;
  const Snapshot m_snapshot;
  const Known m_alone, m_normal;
  uint32_t m_place = 0;
};

// Its traces that have a high finding, when it is its own baseline.
Share withHighFinding(const Snapshot& normal) {
  const Known known = populationOf(normal, normal);
  Share out;
  for (uint32_t i = 0; i < normal->traceCount(); ++i) {
    const auto analysis = analysis::analyzeTrace(normal, TraceIndex(i), known);
    out.count(std::any_of(analysis->findings.begin(), analysis->findings.end(),
                          [](const analysis::Finding& f) { return f.severity >= analysis::Severity::High; }));
  }
  return out;
}

// Of a file that cannot be read nothing is right.
FaultScore missed(const LabelledFault& fault) {
  FaultScore out;
  out.alone = out.baseline = {0, fault.slow.size()};
  out.windowFirst = out.windowThree = {0, 1};
  return out;
}

std::string faultText(const LabelledFault& fault, const FaultScore& score, uint32_t place) {
  return "fault " + std::to_string(fault.number) + " " + fault.system + " " + fault.type + " " + fault.service +
         ": alone " + std::to_string(score.alone.hits) + " of " + std::to_string(score.alone.of) + ", baseline " +
         std::to_string(score.baseline.hits) + ", place in the window " +
         (place == UINT32_MAX ? std::string("none") : std::to_string(place));
}

}  // namespace

void FaultScore::merge(const FaultScore& other) {
  alone.merge(other.alone);
  baseline.merge(other.baseline);
  windowFirst.merge(other.windowFirst);
  windowThree.merge(other.windowThree);
  silent.merge(other.silent);
  agreeing.merge(other.agreeing);
}

Result<FaultTable> scoreFaults(const std::string& folder) {
  const auto truth = readTruth(folder + "/truth.json");
  if (!truth.ok()) return truth.error();
  FaultTable table;
  std::map<std::string, Snapshot> normals;
  for (const LabelledFault& fault : truth.value()) {
    const auto [normal, isNew] = normals.try_emplace(fault.normal);
    if (isNew) {
      normal->second = load(folder + "/" + fault.normal, table.troubles);
      if (normal->second) table.normalFiles[fault.normal] = withHighFinding(normal->second);
    }
    const Snapshot snapshot = load(folder + "/" + fault.file, table.troubles);
    FaultScore score = missed(fault);
    uint32_t place = UINT32_MAX;
    if (snapshot && normal->second) {
      FaultRun run(fault, snapshot, normal->second);
      score = run.score();
      place = run.place();
    }
    table.byType[{fault.system, fault.type}].merge(score);
    table.all.merge(score);
    table.faults.push_back(faultText(fault, score, place));
  }
  return table;
}

}  // namespace waybill::acceptance
