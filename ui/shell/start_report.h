// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QMainWindow;

namespace waybill::session {
class Session;
}

namespace waybill::ui {

// Says on the log when the start of the program has come to something that is seen: category "waybill.start", off
// unless asked for by QT_LOGGING_RULES="waybill.start.info=true". Lines: "window painted", "traces painted" (some are in
// the list), "trace painted" (one is open and its timeline is seen), "loaded", each once, when the picture has been handed
// to the screen. The start-up measurements in tests/bench read them.
void reportStart(QMainWindow& window, session::Session& session);

}  // namespace waybill::ui
