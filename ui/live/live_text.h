// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "session/live.h"
#include "ui/live/snippets.h"

namespace waybill::ui {

// "Listening 127.0.0.1:4317 gRPC · :4318 HTTP · 12,340 spans · 0 refused"; empty when off.
QString liveStatusText(const session::Live& live);

// "127.0.0.1:4317 gRPC · :4318 HTTP": the addresses really bound; the host once when it is the same.
QString boundText(const session::Live& live);

// The address really bound, or what the settings say while it is off.
SnippetTarget snippetTarget(const session::Live& live);

// What somebody should know before others can reach the endpoint; empty when only this machine can.
QString exposureWarning(const session::LiveSettings& settings);

}  // namespace waybill::ui
