// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstddef>

#include "analysis/finding.h"

namespace waybill::ui {

// What hovering over the badge of a finding says: its number, its sentence, and what usually helps. Plain.
QString findingTooltip(const analysis::Finding& finding, size_t rank);

}  // namespace waybill::ui
