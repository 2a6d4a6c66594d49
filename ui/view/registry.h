// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "ui/view/view.h"

namespace waybill::ui {

struct ViewEntry {
  const char* id;      // stable: object name, settings key
  const char* title;   // translatable, for tabs and docks
  ViewArea area;
  View* (*create)(session::Session& session, QWidget* parent);
};

// Every view, in the order of tabs and docks.
std::span<const ViewEntry> allViews();

}  // namespace waybill::ui
