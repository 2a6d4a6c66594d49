// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QStringList>
#include <array>
#include <functional>
#include <vector>

#include "session/session.h"
#include "ui/view/view.h"

class QActionGroup;
class QDockWidget;
class QStackedWidget;
class QTabWidget;

namespace waybill::ui {

class HeadlineBar;
class LiveControls;
class LoadStrip;
class MessageStrip;

// The frame around the views: it builds docks, tabs, menus and shortcuts from the list in view/registry.h and names
// no view. Owns the session.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  void openPaths(const QStringList& paths);
  session::Session& session() { return m_session; }

 protected:
  void closeEvent(QCloseEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Placed {
    View* view;
    QDockWidget* dock;  // null for a view in a tab
    int tab;
  };

  QWidget* buildCentre();
  void buildViews();
  void buildToolBar();
  void buildMenus();
  void buildFileMenu();
  void buildViewMenu();
  void buildHelpMenu();
  void connectSession();
  void restoreLayout();

  void openDialog();
  void openFolderDialog();
  void openSample();
  void paste();
  void showView(const Placed& placed);
  void choosePage();
  void fillRecentMenu(QMenu* menu);
  void finishLoad();
  QAction* addWindowAction(ActionMenu menu, const QString& text, const QKeySequence& shortcut,
                           std::function<void()> run);

  session::Session m_session;
  std::vector<Placed> m_views;
  std::array<QMenu*, 5> m_menus{};  // by ActionMenu
  QStackedWidget* m_pages = nullptr;
  QTabWidget* m_tabs = nullptr;
  HeadlineBar* m_headline = nullptr;
  LoadStrip* m_loadStrip = nullptr;
  MessageStrip* m_messages = nullptr;
  LiveControls* m_liveControls = nullptr;
  QByteArray m_defaultLayout;
};

}  // namespace waybill::ui
