// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waybill::query {

// Where an attribute stands: at the span, or around it.
enum class AttributeScope : unsigned char { Any, Span, Scope, Resource };

// Names of one attribute as they stand in files. Conventions have renamed many: what is asked for by one name is
// found under the other too (semantic conventions v1.44.0, docs/registry/attributes, and what they deprecate).
// First the name asked for, which counts where a span has both.
std::vector<std::string> attributeNames(std::string_view asked);

}  // namespace waybill::query
