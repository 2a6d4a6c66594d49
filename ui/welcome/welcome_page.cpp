// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/welcome_page.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QIcon>
#include <QLocale>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "ui/live/live_text.h"
#include "ui/live/snippet_box.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"
#include "ui/welcome/card_button.h"
#include "ui/welcome/drop_area.h"

namespace waybill::ui {
namespace {

constexpr qsizetype kMostRecent = 5, kMostCaptures = 3;

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

// Room between two parts, of which a small window takes most.
void addGap(QVBoxLayout* layout, int wished) {
  constexpr int kLeast = 5;
  layout->addSpacing(kLeast);
  layout->addSpacerItem(new QSpacerItem(0, wished - kLeast, QSizePolicy::Minimum, QSizePolicy::Maximum));
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
  across->setContentsMargins(32, 8, 32, 8);
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
  column->setMaximumWidth(kSnippetPageWidth);
  auto* layout = plainColumn(column, 0);
  layout->addStretch(2);
  layout->addWidget(buildTitle());
  addGap(layout, 24);
  auto* drop = new DropArea(column);
  connect(drop, &DropArea::openRequested, this, &WelcomePage::openRequested);
  connect(drop, &DropArea::pathsDropped, this, &WelcomePage::pathsRequested);
  layout->addWidget(drop);
  addGap(layout, 26);
  auto* below = new QHBoxLayout;
  below->setSpacing(28);
  auto* files = new QVBoxLayout;
  files->setSpacing(18);
  files->addWidget(buildRecent());
  files->addWidget(buildCaptures());
  below->addWidget(buildSample(), 1, Qt::AlignTop);
  below->addLayout(files, 1);
  below->setAlignment(files, Qt::AlignTop);
  layout->addLayout(below);
  addGap(layout, 26);
  layout->addWidget(buildListen());
  addGap(layout, 22);
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

QWidget* WelcomePage::buildListen() {
  auto* area = new QWidget(this);
  auto* layout = plainColumn(area, 8);
  auto* heading = new PlainLabel(Tone::Title, area);
  heading->setText(tr("Receive traces from a program"));
  auto* about = new PlainLabel(Tone::Muted, area);
  about->setText(tr("Waybill listens for OpenTelemetry on this machine. Start your program with these lines:"));
  auto* listen = new QPushButton(tr("Listen"), area);
  listen->setObjectName(QStringLiteral("welcomeListen"));
  listen->setProperty("primary", true);
  listen->setToolTip(tr("Start to receive traces (Ctrl+L)"));
  connect(listen, &QPushButton::clicked, &m_session.live(), &session::Live::start);
  auto* texts = new QVBoxLayout;
  texts->setSpacing(3);
  texts->addWidget(heading);
  texts->addWidget(about);
  auto* top = new QHBoxLayout;
  top->addLayout(texts, 1);
  top->addWidget(listen, 0, Qt::AlignVCenter);
  layout->addLayout(top);
  auto* snippets = new SnippetBox(area);
  layout->addWidget(snippets);
  const auto follow = [this, snippets] { snippets->setTarget(snippetTarget(m_session.live())); };
  connect(&m_session.live(), &session::Live::settingsChanged, snippets, follow);
  connect(&m_session.live(), &session::Live::stateChanged, snippets, follow);
  follow();
  return area;
}

QWidget* WelcomePage::buildCaptures() {
  m_capturesArea = new QWidget(this);
  auto* layout = plainColumn(m_capturesArea, 4);
  auto* heading = new PlainLabel(Tone::Title, m_capturesArea);
  heading->setText(tr("Received earlier"));
  heading->setIndent(10);
  layout->addWidget(heading);
  m_capturesList = new QVBoxLayout;
  m_capturesList->setSpacing(0);
  layout->addLayout(m_capturesList);
  connect(&m_session.live(), &session::Live::leftOversChanged, this, &WelcomePage::showCaptures);
  showCaptures();
  return m_capturesArea;
}

void WelcomePage::showCaptures() {
  while (QLayoutItem* item = m_capturesList->takeAt(0)) {
    if (item->widget() != nullptr) item->widget()->deleteLater();
    delete item;
  }
  const QList<session::LeftOverCapture> captures = m_session.live().leftOvers().mid(0, kMostCaptures);
  m_capturesArea->setVisible(!captures.isEmpty());
  for (const session::LeftOverCapture& capture : captures) {
    auto* row = new QWidget(m_capturesArea);
    const QString when = QLocale().toString(capture.lastWritten, QLocale::ShortFormat);
    auto* open = new CardButton(CardButton::Look::Row, when, QString::fromStdString(bytesText(capture.bytes)), row);
    open->setObjectName(QStringLiteral("welcomeCapture"));
    open->setToolTip(plainToolTip(capture.path));
    connect(open, &QAbstractButton::clicked, this, [this, path = capture.path] { Q_EMIT pathsRequested({path}); });
    auto* discard = new QToolButton(row);
    discard->setObjectName(QStringLiteral("welcomeDiscard"));
    discard->setProperty("flat", true);
    discard->setText(tr("Discard"));
    discard->setAccessibleName(tr("Discard what was received until %1").arg(when));
    connect(discard, &QToolButton::clicked, this, [this, capture, when] { discardCapture(capture, when); });
    auto* across = new QHBoxLayout(row);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(4);
    across->addWidget(open, 1);
    across->addWidget(discard, 0, Qt::AlignVCenter);
    m_capturesList->addWidget(row);
  }
}

void WelcomePage::discardCapture(const session::LeftOverCapture& capture, const QString& when) {
  const auto answer = QMessageBox::question(this, tr("Discard what was received"),
                                            tr("Delete the traces received until %1? They are in no other file.").arg(when),
                                            QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Cancel);
  if (answer == QMessageBox::Discard) m_session.live().discard(capture.path);
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
