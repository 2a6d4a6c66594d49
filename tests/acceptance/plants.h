// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acceptance/scene.h"

// The faults by kind of finding (ANALYSIS section 6.2): planted for true, or something that is none. Each
// takes a fresh scene.
namespace waybill::acceptance {

Plant ownTime(Scene& s, bool real);            // B1
Plant slowDependency(Scene& s, bool real);     // B2
Plant slowerThanUsual(Scene& s, bool real);    // B3
Plant networkEdge(Scene& s, bool real);        // B4
Plant manyQueries(Scene& s, bool real);        // B5
Plant manyCalls(Scene& s, bool real);          // B6
Plant repeatingBlock(Scene& s, bool real);     // B7
Plant couldBeParallel(Scene& s, bool real);    // B8
Plant straggler(Scene& s, bool real);          // B9
Plant retried(Scene& s, bool real);            // B10
Plant retryStorm(Scene& s, bool real);         // B11
Plant timedOut(Scene& s, bool real);           // B12
Plant workAfterTimeout(Scene& s, bool real);   // B13
Plant errorCause(Scene& s, bool real);         // B14
Plant idleGap(Scene& s, bool real);            // B15
Plant poolSaturation(Scene& s, bool real);     // B16
Plant queueDelay(Scene& s, bool real);         // B17
Plant waitingForBatch(Scene& s, bool real);    // B18
Plant duplicateCalls(Scene& s, bool real);     // B19
Plant chatty(Scene& s, bool real);             // B20
Plant coldStart(Scene& s, bool real);          // B21
Plant largePayload(Scene& s, bool real);       // B22
Plant workAfterResponse(Scene& s, bool real);  // B23
Plant dataQuality(Scene& s, bool real);        // B24

}  // namespace waybill::acceptance
