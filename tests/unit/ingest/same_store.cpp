// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/same_store.h"

#include <gtest/gtest.h>

namespace waybill::ingest {
namespace {

void expectSameRows(const store::Snapshot& a, const store::Snapshot& b) {
  for (uint32_t i = 0; i < a.spanCount(); ++i) {
    const SpanRow row(i);
    ASSERT_EQ(a.spans().id(row), b.spans().id(row)) << i;
    ASSERT_EQ(a.spans().parent(row), b.spans().parent(row)) << i;
    ASSERT_EQ(a.spans().trace(row), b.spans().trace(row)) << i;
    ASSERT_EQ(a.spans().olderOfTrace(row), b.spans().olderOfTrace(row)) << i;
    ASSERT_EQ(a.spans().startNs(row), b.spans().startNs(row)) << i;
    ASSERT_EQ(a.spans().durationNs(row), b.spans().durationNs(row)) << i;
    ASSERT_EQ(a.spans().bits(row), b.spans().bits(row)) << i;
    ASSERT_EQ(a.spans().name(row), b.spans().name(row)) << i;
    ASSERT_EQ(a.service(row), b.service(row)) << i;
    ASSERT_EQ(a.spanMessage(row), b.spanMessage(row)) << i;
    ASSERT_EQ(a.resourceMessage(row), b.resourceMessage(row)) << i;
    ASSERT_EQ(a.scopeMessage(row), b.scopeMessage(row)) << i;
  }
}

}  // namespace

void expectSame(const store::Snapshot& a, const store::Snapshot& b) {
  ASSERT_EQ(a.spanCount(), b.spanCount());
  ASSERT_EQ(a.traceCount(), b.traceCount());
  EXPECT_EQ(a.wireBytes(), b.wireBytes());
  ASSERT_NO_FATAL_FAILURE(expectSameRows(a, b));
  for (uint32_t i = 0; i < a.traceCount(); ++i) {
    const store::TraceSummary& mine = a.trace(TraceIndex(i));
    const store::TraceSummary& other = b.trace(TraceIndex(i));
    ASSERT_EQ(mine.id, other.id) << i;
    ASSERT_EQ(mine.startNs, other.startNs) << i;
    ASSERT_EQ(mine.endNs, other.endNs) << i;
    ASSERT_EQ(mine.root, other.root) << i;
    ASSERT_EQ(mine.newest, other.newest) << i;
    ASSERT_EQ(mine.spans, other.spans) << i;
    ASSERT_EQ(mine.errors, other.errors) << i;
    ASSERT_EQ(a.services(mine.services).size(), b.services(other.services).size()) << i;
  }
  EXPECT_EQ(a.allServices(), b.allServices());
}

void expectSameDiagnostics(const store::Snapshot& a, const store::Snapshot& b) {
  ASSERT_EQ(a.diagnostics().entries().size(), b.diagnostics().entries().size());
  for (size_t i = 0; i < a.diagnostics().entries().size(); ++i) {
    EXPECT_EQ(a.diagnostics().entries()[i].count, b.diagnostics().entries()[i].count);
    EXPECT_EQ(a.diagnostics().entries()[i].offset, b.diagnostics().entries()[i].offset);
    EXPECT_EQ(a.diagnostics().entries()[i].example, b.diagnostics().entries()[i].example);
  }
}

void expectBeginningOf(const store::Snapshot& whole, const store::Snapshot& part) {
  ASSERT_LE(part.spanCount(), whole.spanCount());
  for (uint32_t i = 0; i < part.spanCount(); ++i) {
    const SpanRow row(i);
    ASSERT_EQ(part.spans().trace(row), whole.spans().trace(row)) << i;
    ASSERT_EQ(part.name(row), whole.name(row)) << i;
    ASSERT_EQ(part.spanMessage(row), whole.spanMessage(row)) << i;
  }
}

}  // namespace waybill::ingest
