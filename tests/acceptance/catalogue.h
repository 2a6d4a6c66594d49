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
  bool isShape = false;
  std::string_view detector = {};  // of a shape: it cannot be found without; empty: none in particular
};

std::span<const Kind> allKinds();
// Shapes of the real world, in which the first finding has to name the fault (judge_shape.h).
std::span<const Kind> allShapes();

}  // namespace waybill::acceptance
