// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/detector.h"
#include "analysis/operation_groups.h"

// What detectors have in common; nobody else needs it.
namespace waybill::analysis {

// The finding that a group's own time on the path makes, without its words: saving (the group's time gone, at
// most `limitNs`), severity, confidence, evidence, service and operation of its longest span. None when it
// saves too little to be worth a line. The caller fills in kind, title, sentence, advice, and may change whom
// it blames.
std::optional<Finding> candidate(const TraceFacts& facts, const OperationGroup& group, int64_t limitNs);

// " in 12 calls", or nothing for one.
std::string inCalls(size_t calls);

}  // namespace waybill::analysis
