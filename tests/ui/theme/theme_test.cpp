// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QPainter>
#include <QSettings>
#include <QTest>
#include <utility>

#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

QApplication& app() {
  return *static_cast<QApplication*>(QCoreApplication::instance());
}

class ThemeTest : public ::testing::TestWithParam<ThemeChoice> {
 protected:
  void SetUp() override { applyTheme(app(), GetParam()); }
  void TearDown() override { applyTheme(app(), ThemeChoice::Light); }
};

}  // namespace

TEST_P(ThemeTest, TextReadsOnEveryBackground) {
  const Theme& t = theme();
  for (const QColor& background : {t.background, t.panel, t.selection, t.errorTint, t.hover}) {
    EXPECT_GE(contrastRatio(t.text, background), 4.5) << background.name().toStdString();
    EXPECT_GE(contrastRatio(t.error, background), 4.5) << background.name().toStdString();
    for (const QColor& color : {t.muted, t.accent, t.slow, t.error}) {
      EXPECT_GE(contrastRatio(readableOn(color, background), background), 4.5) << color.name().toStdString();
    }
  }
  EXPECT_GE(contrastRatio(t.muted, t.panel), 4.5);
  EXPECT_GE(contrastRatio(t.muted, t.background), 4.5);
  EXPECT_GE(contrastRatio(t.accent, t.panel), 4.5);
  EXPECT_GE(contrastRatio(t.badgeText, t.badge), 4.5);
}

TEST_P(ThemeTest, TextReadsOnEveryServiceColour) {
  for (const QColor& color : servicePalette()) {
    EXPECT_GE(contrastRatio(textOn(color), color), 4.5) << color.name().toStdString();
  }
}

TEST_P(ThemeTest, ReadableColoursStayAsTheyAre) {
  EXPECT_EQ(readableOn(theme().text, theme().panel), theme().text);
  EXPECT_EQ(readableOn(theme().muted, theme().panel), theme().muted);
}

TEST_P(ThemeTest, ThePaletteAndTheChoiceFollow) {
  EXPECT_EQ(theme().dark, GetParam() == ThemeChoice::Dark);
  EXPECT_EQ(themeChoice(), GetParam());
  EXPECT_EQ(app().palette().color(QPalette::Base), theme().panel);
  EXPECT_EQ(app().palette().color(QPalette::Text), theme().text);
}

TEST_P(ThemeTest, IconsAreDrawnInTheTextColour) {
  const QImage image = themeIcon(QStringLiteral("error")).pixmap(32, 32).toImage();
  const QColor middle = image.pixelColor(16, 20);
  EXPECT_EQ(middle.rgb(), theme().text.rgb());
  EXPECT_EQ(image.pixelColor(0, 0).alpha(), 0);
}

INSTANTIATE_TEST_SUITE_P(Both, ThemeTest, ::testing::Values(ThemeChoice::Light, ThemeChoice::Dark));

TEST(Theme, SystemIsDecidedByThePaletteOfTheSystem) {
  applyTheme(app(), ThemeChoice::Dark);
  applyTheme(app(), ThemeChoice::System);
  EXPECT_EQ(themeChoice(), ThemeChoice::System);
  EXPECT_FALSE(theme().dark) << "offscreen has a light palette";
  applyTheme(app(), ThemeChoice::Light);
}

TEST(Theme, EveryWidgetHearsOfAChange) {
  struct Listener : QWidget {
    int changes = 0;
    void changeEvent(QEvent* event) override {
      if (event->type() == QEvent::PaletteChange) ++changes;
      QWidget::changeEvent(event);
    }
  } listener;
  listener.show();
  applyTheme(app(), ThemeChoice::Dark);
  EXPECT_GT(listener.changes, 0);
  applyTheme(app(), ThemeChoice::Light);
}

TEST(Theme, ContrastIsThatOfWcag) {
  EXPECT_NEAR(contrastRatio(QColor(Qt::black), QColor(Qt::white)), 21.0, 0.01);
  EXPECT_NEAR(contrastRatio(QColor(0x777777), QColor(Qt::white)), 4.48, 0.01);
  EXPECT_NEAR(contrastRatio(QColor(Qt::red), QColor(Qt::red)), 1.0, 1e-9);
}

TEST(Theme, TabularDigitsAreEquallyWide) {
  const QFontMetricsF metrics(tabularFont(app().font()));
  for (char16_t digit = u'0'; digit <= u'9'; ++digit) {
    EXPECT_NEAR(metrics.horizontalAdvance(digit), metrics.horizontalAdvance(u'0'), 0.02);
  }
}

TEST(Controls, ToolTipsNeverBecomeHtml) {
  const QString tip = plainToolTip(QStringLiteral("<b>bold</b> & <img src=x>"));
  EXPECT_FALSE(tip.contains(QStringLiteral("<b>")));
  EXPECT_TRUE(tip.contains(QStringLiteral("&lt;b&gt;")));
  EXPECT_EQ(plainToolTip(QStringLiteral("POST /buy")), QStringLiteral("POST /buy"));
}

TEST(Controls, WrappedLinesSayWhenSomethingIsLeftOver) {
  const QFont font = app().font();
  const QString text = QStringLiteral("one two three four five six seven eight nine ten");
  const QStringList all = wrappedLines(text, font, 100, 100);
  EXPECT_GT(all.size(), 2);
  const QStringList two = wrappedLines(text, font, 100, 2);
  ASSERT_EQ(two.size(), 2);
  EXPECT_TRUE(two.last().endsWith(u'…'));
  EXPECT_EQ(wrappedLines(QStringLiteral("a\n\nb"), font, 100, 9).size(), 3);
  EXPECT_EQ(wrappedLines(QString(), font, 100, 9).size(), 1);
  EXPECT_FALSE(wrappedLines(QStringLiteral("wide"), font, 0, 9).isEmpty());
}

TEST(Controls, EscEmptiesTheFilterAndOnlyThenGoesOn) {
  FilterEdit edit(QStringLiteral("Filter"), nullptr);
  edit.show();
  edit.setText(QStringLiteral("x"));
  QTest::keyClick(&edit, Qt::Key_Escape);
  EXPECT_TRUE(edit.text().isEmpty());
  QKeyEvent escape(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier);
  QCoreApplication::sendEvent(&edit, &escape);
  EXPECT_FALSE(escape.isAccepted());
}

TEST(Controls, MarkdownStaysText) {
  EXPECT_EQ(markdownText(QStringLiteral("a|b\n*c* <d>")), QStringLiteral("a\\|b \\*c\\* \\<d\\>"));
}

}  // namespace waybill::ui
