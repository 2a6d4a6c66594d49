// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "acceptance/scene.h"

namespace waybill::acceptance {

struct Kind {
  std::string_view id;  // "B5", as the findings have it
  std::string_view name;
  Plant (*plant)(Scene& scene, bool real);
};

std::span<const Kind> allKinds();

}  // namespace waybill::acceptance
