// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/snapshot.h"

class QApplication;

namespace waybill::ui {

// The only place that names a colour. Light and dark follow the system unless chosen. When the theme changes
// every widget gets a QEvent::PaletteChange; custom painting reads the colours anew on each paint. GUI
// thread.
enum class ThemeChoice { System, Light, Dark };

struct Theme {
  bool dark = false;
  QColor background, panel, hairline, text, muted, accent, selection, error, slow;
  QColor errorTint;         // background of the worst finding's row
  QColor hover;             // background of a row or button under the mouse
  QColor badge, badgeText;  // numbered badges
  QColor criticalPath;      // the line through the bars
  QColor barText;           // on a bar of a service colour, light or dark by its luminance: see textOn()
};

const Theme& theme();
void applyTheme(QApplication& app,
                ThemeChoice choice);  // palette, style sheet, font; keeps the choice in the settings
ThemeChoice themeChoice();

// Black or white, whichever reads better on the colour.
QColor textOn(const QColor& background);

// The contrast of two opaque colours, 1 … 21 (WCAG 2.1, "contrast ratio"); 4.5 is enough for text.
double contrastRatio(const QColor& a, const QColor& b);

// The colour, moved towards the theme's text colour just as far as text on that background needs (WCAG AA).
QColor readableOn(const QColor& color, const QColor& background);

// `share` (0 … 1) of the colour over the background.
QColor blended(const QColor& color, const QColor& background, double share);

// The same colour, darker (light theme) or lighter (dark theme) by a step: self time on a bar.
QColor emphasized(const QColor& color);

// Digits of equal width, for times and counts.
QFont tabularFont(const QFont& base);

// The system's monospaced font in the size of the base.
QFont monospaceFont(const QFont& base);

// One step smaller and one step larger: secondary lines, headlines.
QFont smallerFont(const QFont& base);
QFont largerFont(const QFont& base);

// An icon of resources/icons by its name ("open"), drawn sharp at any size in the text colour of the theme,
// also after the theme has changed.
QIcon themeIcon(const QString& name);

// Service colours: by a stable hash of the name into a palette checked for colour-blind readers; when two
// services that are open collide, the later by name takes the next free colour.
class ServiceColors {
 public:
  // Cheap when the services are the same as last time.
  void update(const store::Snapshot& snapshot);
  QColor color(StringId service) const;  // of the snapshot last given

 private:
  std::vector<std::pair<uint32_t, std::string>> m_known;  // id and name, as last seen
  std::unordered_map<uint32_t, QColor> m_colors;
};

// The palette of the services, in order.
const std::vector<QColor>& servicePalette();

// The one instance every view paints with; the main window updates it when the snapshot changes.
ServiceColors& serviceColors();

}  // namespace waybill::ui
