// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include "session/live.h"

namespace waybill::session {

// Where the window keeps what it receives: one capture a run that received something.
QString capturesFolder();
QString newCapturePath();  // named by the time

// Captures that no running program writes, the newest first; empty ones are deleted. May wait for the disk.
QList<LeftOverCapture> leftOverCaptures();

}  // namespace waybill::session
