// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <string_view>
#include <unordered_map>

#include "store/snapshot.h"

class QApplication;

namespace waybill::ui {

// The only place that names a colour. Light and dark follow the system unless chosen. When the theme changes every
// widget gets a QEvent::PaletteChange; custom painting reads the colours anew on each paint. GUI thread.
enum class ThemeChoice { System, Light, Dark };

struct Theme {
  bool dark = false;
  QColor background, panel, hairline, text, muted, accent, selection, error, slow;
  QColor errorTint;        // background of the worst finding's row
  QColor badge, badgeText; // numbered badges
  QColor criticalPath;     // the line through the bars
  QColor barText;          // on a bar of a service colour, light or dark by its luminance: see textOn()
};

const Theme& theme();
void applyTheme(QApplication& app, ThemeChoice choice);  // palette, style sheet, font; keeps the choice in the settings
ThemeChoice themeChoice();

// Black or white, whichever reads better on the colour.
QColor textOn(const QColor& background);

// The same colour, darker (light theme) or lighter (dark theme) by a step: self time on a bar.
QColor emphasized(const QColor& color);

// Digits of equal width, for times and counts.
QFont tabularFont(const QFont& base);

// Service colours: by a stable hash of the name into a palette checked for colour-blind readers; when two services
// that are open collide, the later by name takes the next free colour.
class ServiceColors {
 public:
  // Cheap when the services are the same as last time.
  void update(const store::Snapshot& snapshot);
  QColor color(StringId service) const;  // of the snapshot last given

 private:
  size_t m_known = 0;
  std::unordered_map<uint32_t, QColor> m_colors;
};

// The one instance every view paints with; the main window updates it when the snapshot changes.
ServiceColors& serviceColors();

}  // namespace waybill::ui
