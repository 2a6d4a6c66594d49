// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "analysis/detector.h"

namespace waybill::analysis {

std::span<const Detector> allDetectors();

// "Also explains: Slow dependency, Retry.", or nothing. Plain text.
std::string alsoExplainsText(const Finding& finding);

}  // namespace waybill::analysis
