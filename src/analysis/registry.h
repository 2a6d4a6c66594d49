// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "analysis/detector.h"

namespace waybill::analysis {

std::span<const Detector> allDetectors();

}  // namespace waybill::analysis
