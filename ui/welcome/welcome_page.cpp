// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/welcome_page.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QIcon>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/welcome/card_button.h"
#include "ui/welcome/drop_area.h"

namespace waybill::ui {
namespace {

constexpr int kColumnWidth = 760;
constexpr qsizetype kMostRecent = 5;

QString shortFolder(const QString& path) {
  const QString folder = QFileInfo(path).path();
  const QString home = QDir::homePath();
  if (home.size() > 1 && (folder == home || folder.startsWith(home + u'/')))
    return u'~' + folder.mid(home.size());
  return folder;
}

QVBoxLayout* plainColumn(QWidget* parent, int spacing) {
  auto* layout = new QVBoxLayout(parent);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(spacing);
  return layout;
}

// The app's icon, sharp at any scale.
class AppIcon : public QWidget {
 public:
  explicit AppIcon(QWidget* parent) : QWidget(parent) { setFixedSize(52, 52); }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    m_icon.paint(&painter, rect());
  }

 private:
  QIcon m_icon{QStringLiteral(":/icons/waybill.svg")};
};

}  // namespace

WelcomePage::WelcomePage(session::Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
  setObjectName(QStringLiteral("welcome"));
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  auto* page = new QWidget(scroll);
  auto* across = new QHBoxLayout(page);
  across->setContentsMargins(32, 24, 32, 24);
  across->addStretch(1);
  across->addWidget(buildColumn(), 1000);
  across->addStretch(1);
  scroll->setWidget(page);
  plainColumn(this, 0)->addWidget(scroll);
  connect(&session, &session::Session::recentFilesChanged, this, &WelcomePage::showRecent);
  showRecent();
}

QWidget* WelcomePage::buildColumn() {
  auto* column = new QWidget(this);
  column->setMaximumWidth(kColumnWidth);
  auto* layout = plainColumn(column, 0);
  layout->addStretch(2);
  layout->addWidget(buildTitle());
  layout->addSpacing(24);
  auto* drop = new DropArea(column);
  connect(drop, &DropArea::openRequested, this, &WelcomePage::openRequested);
  connect(drop, &DropArea::pathsDropped, this, &WelcomePage::pathsRequested);
  layout->addWidget(drop);
  layout->addSpacing(26);
  auto* below = new QHBoxLayout;
  below->setSpacing(28);
  below->addWidget(buildSample(), 1, Qt::AlignTop);
  below->addWidget(buildRecent(), 1, Qt::AlignTop);
  layout->addLayout(below);
  layout->addSpacing(26);
  QLabel* hint = plainParagraph(
      tr("Ctrl+O opens files  ·  Ctrl+V pastes a trace as JSON  ·  ? shows all keys"), Tone::Muted, column);
  hint->setAlignment(Qt::AlignHCenter);
  hint->setFont(smallerFont(hint->font()));
  layout->addWidget(hint);
  layout->addStretch(3);
  return column;
}

QWidget* WelcomePage::buildTitle() {
  auto* title = new QWidget(this);
  auto* layout = new QHBoxLayout(title);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(16);
  layout->addWidget(new AppIcon(title));
  auto* texts = new QVBoxLayout;
  texts->setSpacing(3);
  auto* name = new PlainLabel(Tone::Headline, title);
  name->setText(tr("Waybill"));
  name->setFont(largerFont(name->font()));
  texts->addStretch();
  texts->addWidget(name);
  texts->addWidget(plainParagraph(tr("Which step made the request slow, why, and what fixing it would save."),
                                  Tone::Muted, title));
  texts->addStretch();
  layout->addLayout(texts, 1);
  return title;
}

QWidget* WelcomePage::buildSample() {
  auto* area = new QWidget(this);
  auto* layout = plainColumn(area, 8);
  auto* heading = new PlainLabel(Tone::Title, area);
  heading->setText(tr("Try it"));
  layout->addWidget(heading);
  auto* sample = new CardButton(
      CardButton::Look::Card, tr("Sample: Buy"),
      tr("One click in a shop takes 155 ms. Four services took part: see which one to blame."), area);
  sample->setObjectName(QStringLiteral("welcomeSample"));
  connect(sample, &QAbstractButton::clicked, this, &WelcomePage::sampleRequested);
  layout->addWidget(sample);
  return area;
}

QWidget* WelcomePage::buildRecent() {
  m_recentArea = new QWidget(this);
  auto* layout = plainColumn(m_recentArea, 4);
  auto* heading = new PlainLabel(Tone::Title, m_recentArea);
  heading->setText(tr("Recent files"));
  heading->setIndent(10);
  layout->addWidget(heading);
  m_recentList = new QVBoxLayout;
  m_recentList->setSpacing(0);
  layout->addLayout(m_recentList);
  return m_recentArea;
}

void WelcomePage::showRecent() {
  while (QLayoutItem* item = m_recentList->takeAt(0)) {
    if (item->widget() != nullptr) item->widget()->deleteLater();
    delete item;
  }
  const QStringList paths = m_session.recentFiles().mid(0, kMostRecent);
  m_recentArea->setVisible(!paths.isEmpty());
  for (const QString& path : paths) {
    auto* button =
        new CardButton(CardButton::Look::Row, QFileInfo(path).fileName(), shortFolder(path), m_recentArea);
    button->setObjectName(QStringLiteral("welcomeRecent"));
    button->setToolTip(plainToolTip(path));
    connect(button, &QAbstractButton::clicked, this, [this, path] { Q_EMIT pathsRequested({path}); });
    m_recentList->addWidget(button);
  }
  lookForMissing(paths);
}

void WelcomePage::lookForMissing(const QStringList& paths) {
  const uint64_t shown = ++m_recentShown;
  // Not here: a file on a network drive that is gone takes its time to say so.
  m_pool.post([this, paths, shown](std::stop_token) {
    QList<bool> missing;
    for (const QString& path : paths) missing.append(!QFileInfo::exists(path));
    QMetaObject::invokeMethod(
        this,
        [this, shown, missing] {
          if (m_recentShown != shown) return;
          for (int i = 0; i < static_cast<int>(missing.size()); ++i) {
            auto* button = static_cast<CardButton*>(m_recentList->itemAt(i)->widget());
            button->setEnabled(!missing[i]);
            if (missing[i]) button->setAbout(tr("no longer there"));
          }
        },
        Qt::QueuedConnection);
  });
}

}  // namespace waybill::ui
