// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/live/waiting_page.h"
#include "ui/shell/clock_strip.h"
#include "ui/shell/critical_path_corner.h"
#include "ui/shell/file_summary.h"
#include "ui/shell/headline_bar.h"
#include "ui/shell/live_controls.h"
#include "ui/shell/load_strip.h"
#include "ui/shell/message_strip.h"
#include "ui/shell/normal_strip.h"
#include "ui/shell/shortcut_sheet.h"
#include "ui/shell/theme_menu.h"
#include "ui/shell/what_if_strip.h"
#include "ui/theme/theme.h"
#include "ui/view/registry.h"
#include "ui/welcome/welcome_page.h"

namespace waybill::ui {
namespace {

constexpr char kGeometryKey[] = "window/geometry";
constexpr char kLayoutKey[] = "window/layout";
constexpr int kLayoutVersion = 1;
enum CentrePage { WelcomePageIndex, TracePage, WaitingPageIndex };
constexpr char kOpenFolderKey[] = "openFolder";
constexpr char kClosedByUser[] = "closedByUser";  // a property of docks

Qt::DockWidgetArea dockArea(ViewArea area) {
  switch (area) {
    case ViewArea::Left: return Qt::LeftDockWidgetArea;
    case ViewArea::Right: return Qt::RightDockWidgetArea;
    default: return Qt::BottomDockWidgetArea;
  }
}

QStringList localPaths(const QMimeData& data) {
  QStringList paths;
  for (const QUrl& url : data.urls()) {
    if (url.isLocalFile()) paths << url.toLocalFile();
  }
  return paths;
}

}  // namespace

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);  // of files anywhere, see eventFilter()
  setWindowIcon(QIcon(QStringLiteral(":/icons/waybill.svg")));
  setCentralWidget(buildCentre());
  m_liveControls = new LiveControls(m_session, *m_messages, this);
  buildViews();
  buildToolBar();
  buildMenus();
  connectSession();
  restoreLayout();
  choosePage();
  qApp->installEventFilter(this);
}

MainWindow::~MainWindow() { qApp->removeEventFilter(this); }

// --- building ---

QWidget* MainWindow::buildCentre() {
  auto* centre = new QWidget(this);
  auto* column = new QVBoxLayout(centre);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  m_messages = new MessageStrip(centre);
  m_loadStrip = new LoadStrip(m_session, centre);
  column->addWidget(m_messages);
  column->addWidget(m_loadStrip);

  m_pages = new QStackedWidget(centre);
  auto* welcome = new WelcomePage(m_session, m_pages);
  connect(welcome, &WelcomePage::openRequested, this, &MainWindow::openDialog);
  connect(welcome, &WelcomePage::sampleRequested, this, &MainWindow::openSample);
  connect(welcome, &WelcomePage::pathsRequested, this, &MainWindow::openPaths);
  m_pages->addWidget(welcome);

  auto* trace = new QWidget(m_pages);
  auto* traceColumn = new QVBoxLayout(trace);
  traceColumn->setContentsMargins(0, 0, 0, 0);
  traceColumn->setSpacing(0);
  m_headline = new HeadlineBar(m_session, trace);
  m_tabs = new QTabWidget(trace);
  m_tabs->setObjectName(QStringLiteral("centreTabs"));
  traceColumn->addWidget(m_headline);
  traceColumn->addWidget(new NormalStrip(m_session, trace));
  traceColumn->addWidget(new ClockStrip(m_session, trace));
  traceColumn->addWidget(new WhatIfStrip(m_session, trace));
  traceColumn->addWidget(m_tabs, 1);
  m_pages->addWidget(trace);
  m_pages->addWidget(new WaitingPage(m_session, m_pages));
  column->addWidget(m_pages, 1);
  return centre;
}

void MainWindow::buildViews() {
  setDockNestingEnabled(true);
  // The side panels reach from top to bottom, the bottom one stays under the centre.
  setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
  setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
  for (const ViewEntry& entry : allViews()) {
    const QString title = QCoreApplication::translate("View", entry.title);
    View* view = entry.create(m_session, this);
    view->setObjectName(QLatin1String(entry.id));
    connect(view, &View::pictureWished, m_tabs, [this] { m_tabs->setCurrentIndex(0), m_tabs->currentWidget()->setFocus(); });
    if (entry.area == ViewArea::Centre) {
      m_views.push_back({view, nullptr, m_tabs->addTab(view, title)});
      continue;
    }
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(entry.id) + QStringLiteral("Dock"));
    dock->setFeatures(QDockWidget::DockWidgetClosable);
    dock->setTitleBarWidget(new QWidget(dock));  // the views have a header line of their own
    dock->setWidget(view);
    addDockWidget(dockArea(entry.area), dock);
    m_views.push_back({view, dock, -1});
  }
}

void MainWindow::buildToolBar() {
  QToolBar* bar = addToolBar(tr("Main"));
  bar->setObjectName(QStringLiteral("mainToolBar"));
  bar->setMovable(false);
  bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
  bar->addAction(tr("Open…"), this, &MainWindow::openDialog)->setToolTip(tr("Open trace files (Ctrl+O)"));
  m_liveControls->addTo(bar);
  QAction* back = bar->addAction(QStringLiteral("←"), this, [this] { m_session.goBack(); });
  back->setToolTip(tr("Back to the span or trace before (Alt+Left)"));
  QAction* forward = bar->addAction(QStringLiteral("→"), this, [this] { m_session.goForward(); });
  forward->setToolTip(tr("Forward (Alt+Right)"));

  m_tabs->setCornerWidget(criticalPathCorner(m_session, m_tabs));
  statusBar()->addWidget(m_liveControls->statusButton());
  statusBar()->addWidget(new FileSummary(m_session, this), 1);
  statusBar()->setSizeGripEnabled(false);
}

QAction* MainWindow::addWindowAction(ActionMenu menu, const QString& text, const QKeySequence& shortcut,
                                     std::function<void()> run) {
  QAction* action = m_menus[static_cast<size_t>(menu)]->addAction(text);
  action->setShortcut(shortcut);
  connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
  return action;
}

void MainWindow::buildMenus() {
  const std::array titles{tr("&File"), tr("&Edit"), tr("&View"), tr("&Trace"), tr("&Help")};
  for (size_t i = 0; i < titles.size(); ++i) m_menus[i] = menuBar()->addMenu(titles[i]);
  buildFileMenu();
  addWindowAction(ActionMenu::Edit, tr("Paste a Trace"), QKeySequence::Paste, [this] { paste(); });
  buildViewMenu();
  for (const Placed& placed : m_views) {
    for (QAction* action : placed.view->actions()) {
      // Two views with the same action (zoom, say) each keep their own key; the menu needs it once.
      QMenu* menu = m_menus[static_cast<size_t>(menuOf(*action))];
      const auto same = [action](const QAction* other) { return other->text() == action->text(); };
      const QList<QAction*> there = menu->actions();
      if (std::none_of(there.begin(), there.end(), same)) menu->addAction(action);
    }
  }
  addWindowAction(ActionMenu::Trace, tr("Open the Slowest Trace"), QKeySequence(tr("Ctrl+Shift+S")),
                  [this] { m_session.openSlowestTrace(); });
  addWindowAction(ActionMenu::Trace, tr("Back"), QKeySequence(tr("Alt+Left")), [this] { m_session.goBack(); });
  addWindowAction(ActionMenu::Trace, tr("Forward"), QKeySequence(tr("Alt+Right")), [this] { m_session.goForward(); });
  buildHelpMenu();
}

void MainWindow::buildFileMenu() {
  addWindowAction(ActionMenu::File, tr("Open Files…"), QKeySequence::Open, [this] { openDialog(); });
  addWindowAction(ActionMenu::File, tr("Open Folder…"), QKeySequence(tr("Ctrl+Shift+O")),
                  [this] { openFolderDialog(); });
  QMenu* recent = m_menus[0]->addMenu(tr("Open Recent"));
  connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecentMenu(recent); });
  addWindowAction(ActionMenu::File, tr("Open the Sample"), {}, [this] { openSample(); });
  m_liveControls->addTo(m_menus[0]);
  m_menus[0]->addSeparator();
  addWindowAction(ActionMenu::File, tr("Close All"), QKeySequence(tr("Ctrl+W")), [this] { m_session.closeAll(); });
  addWindowAction(ActionMenu::File, tr("Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::buildViewMenu() {
  int number = 1;
  for (const Placed& placed : m_views) {
    const QString title = placed.dock != nullptr ? placed.dock->windowTitle() : m_tabs->tabText(placed.tab);
    addWindowAction(ActionMenu::View, title, QKeySequence(tr("Ctrl+%1").arg(number++)),
                    [this, placed] { showView(placed); });
  }
  QMenu* panels = m_menus[static_cast<size_t>(ActionMenu::View)]->addMenu(tr("Panels"));
  for (const Placed& placed : m_views) {
    if (placed.dock == nullptr) continue;
    QAction* toggle = placed.dock->toggleViewAction();
    panels->addAction(toggle);
    connect(toggle, &QAction::triggered, placed.dock,
            [dock = placed.dock](bool shown) { dock->setProperty(kClosedByUser, !shown); });
  }
  panels->addSeparator();
  panels->addAction(tr("Reset Layout"), this, [this] { restoreState(m_defaultLayout, kLayoutVersion); });

  QAction* clocks = addWindowAction(ActionMenu::View, tr("Adjust for Clock Skew"), QKeySequence(tr("Ctrl+Shift+K")),
                                    [this] { m_session.setClocksAdjusted(!m_session.clocksAdjusted()); });
  clocks->setCheckable(true);
  const auto follow = [this, clocks] { clocks->setChecked(m_session.clocksAdjusted()); };
  connect(&m_session, &session::Session::clocksAdjustedChanged, clocks, follow);
  addThemeMenu(m_menus[static_cast<size_t>(ActionMenu::View)]);
  m_menus[static_cast<size_t>(ActionMenu::View)]->addSeparator();
}

void MainWindow::buildHelpMenu() {
  addWindowAction(ActionMenu::Help, tr("Keyboard and Mouse"), QKeySequence(tr("?")),
                  [this] { showShortcutSheet(this, menuBar()->actions()); });
  addWindowAction(ActionMenu::Help, tr("About Waybill"), {}, [this] {
    QMessageBox::about(this, tr("About Waybill"),
                       tr("Waybill %1\n\nReads distributed traces and says which step made a request slow.\n"
                          "Free software under the GNU General Public License, version 3 or later.")
                           .arg(QCoreApplication::applicationVersion()));
  });
}

void MainWindow::connectSession() {
  connect(&m_session, &session::Session::snapshotChanged, this, [this] {
    serviceColors().update(*m_session.snapshot());
    choosePage();
  });
  connect(&m_session, &session::Session::loadFinished, this, &MainWindow::finishLoad);
  connect(&m_session, &session::Session::loadingChanged, this, [this] {
    setWindowTitle(FileSummary::title(m_session));
    choosePage();
  });
  connect(&m_session.live(), &session::Live::stateChanged, this, &MainWindow::choosePage);
  connect(&m_session, &session::Session::message, m_messages, [this](const QString& text) { m_messages->tell(text); });
}

void MainWindow::restoreLayout() {
  resize(1440, 900);
  for (const Placed& placed : m_views) {
    if (placed.dock == nullptr) continue;
    const Qt::DockWidgetArea area = dockWidgetArea(placed.dock);
    if (area == Qt::BottomDockWidgetArea) {
      resizeDocks({placed.dock}, {184}, Qt::Vertical);
    } else {
      resizeDocks({placed.dock}, {area == Qt::LeftDockWidgetArea ? 372 : 330}, Qt::Horizontal);
    }
  }
  m_defaultLayout = saveState(kLayoutVersion);
  const QSettings settings;
  restoreGeometry(settings.value(QLatin1String(kGeometryKey)).toByteArray());
  restoreState(settings.value(QLatin1String(kLayoutKey)).toByteArray(), kLayoutVersion);
}

// --- doing ---

void MainWindow::openPaths(const QStringList& paths) {
  m_messages->clear();
  m_session.openPaths(paths);
}

void MainWindow::openDialog() {
  QSettings settings;
  const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Open trace files"),
                                                          settings.value(QLatin1String(kOpenFolderKey)).toString());
  if (paths.isEmpty()) return;
  settings.setValue(QLatin1String(kOpenFolderKey), QFileInfo(paths.front()).absolutePath());
  openPaths(paths);
}

void MainWindow::openFolderDialog() {
  const QString path = QFileDialog::getExistingDirectory(this, tr("Open all trace files of a folder"),
                                                         QSettings().value(QLatin1String(kOpenFolderKey)).toString());
  if (!path.isEmpty()) openPaths({path});
}

void MainWindow::openSample() {
  QFile sample(QStringLiteral(":/samples/buy.json"));
  if (!sample.open(QIODevice::ReadOnly)) return;
  m_messages->clear();
  m_session.openText(sample.readAll(), tr("Sample: Buy"));
}

void MainWindow::paste() {
  const QMimeData* clipboard = QGuiApplication::clipboard()->mimeData();
  if (clipboard == nullptr) return;
  if (const QStringList paths = localPaths(*clipboard); !paths.isEmpty()) return openPaths(paths);
  const QString text = clipboard->text();
  if (text.trimmed().isEmpty()) return m_messages->tell(tr("The clipboard holds no text and no files."));
  m_messages->clear();
  m_session.openText(text.toUtf8(), tr("the clipboard"));
}

void MainWindow::showView(const Placed& placed) {
  if (placed.dock != nullptr) {
    placed.dock->show();
    placed.dock->raise();
  } else {
    m_tabs->setCurrentIndex(placed.tab);
  }
  placed.view->focusTarget()->setFocus(Qt::ShortcutFocusReason);
}

void MainWindow::choosePage() {
  const bool traces = m_session.snapshot()->traceCount() > 0;
  if (!traces && m_session.isLoading()) return;  // what was there stays until there is something
  const bool waiting = m_session.isShowingLive() && m_session.live().isOn();
  m_pages->setCurrentIndex(traces ? TracePage : waiting ? WaitingPageIndex : WelcomePageIndex);
  const bool welcome = !traces;
  for (const Placed& placed : m_views) {
    if (placed.dock == nullptr) continue;
    // A dock hidden by the welcome page comes back; one the user closed does not.
    const bool closed = placed.dock->property(kClosedByUser).toBool();
    if (welcome && placed.dock->isVisibleTo(this)) placed.dock->hide();
    if (!welcome && !placed.dock->isVisibleTo(this) && !closed) placed.dock->show();
  }
}

void MainWindow::fillRecentMenu(QMenu* menu) {
  menu->clear();
  for (const QString& path : m_session.recentFiles()) {
    // An ampersand in a file name is no mnemonic.
    QAction* action = menu->addAction(QString(path).replace(QLatin1Char('&'), QStringLiteral("&&")));
    connect(action, &QAction::triggered, this, [this, path] { openPaths({path}); });
  }
  menu->setEnabled(true);
  if (menu->isEmpty()) menu->addAction(tr("Nothing opened yet"))->setEnabled(false);
}

void MainWindow::finishLoad() {
  const auto& report = m_session.lastLoad();
  if (!report) return;
  const QString error = QString::fromStdString(report->firstError());
  size_t failed = 0;
  for (const ingest::LoadedFile& file : report->files) failed += file.error.empty() ? 0 : 1;
  if (failed > 1) {
    m_messages->tell(tr("%1 And %2 more; see Diagnostics.").arg(error).arg(failed - 1));
  } else if (failed == 1) {
    m_messages->tell(error);
  } else if (report->cancelled) {
    m_messages->tell(tr("Loading was cancelled; what was read so far is shown."));
  } else if (m_session.snapshot()->traceCount() == 0) {
    m_messages->tell(tr("There are no traces in it."));
  }
}

// --- events ---

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue(QLatin1String(kGeometryKey), saveGeometry());
  if (m_pages->currentIndex() == TracePage) settings.setValue(QLatin1String(kLayoutKey), saveState(kLayoutVersion));
  QMainWindow::closeEvent(event);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  // Files may be dropped anywhere, on text fields too: look before the widget under the mouse does.
  const QEvent::Type type = event->type();
  if (type != QEvent::DragEnter && type != QEvent::DragMove && type != QEvent::Drop) return false;
  const auto* widget = qobject_cast<QWidget*>(watched);
  if (widget == nullptr || widget->window() != this) return false;
  auto* drop = static_cast<QDropEvent*>(event);
  const QStringList paths = drop->mimeData() == nullptr ? QStringList() : localPaths(*drop->mimeData());
  if (paths.isEmpty()) return false;
  drop->acceptProposedAction();
  if (type == QEvent::Drop) openPaths(paths);
  return true;
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && m_session.undoNarrowing()) return;
  QMainWindow::keyPressEvent(event);
}

}  // namespace waybill::ui
