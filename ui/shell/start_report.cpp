// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/start_report.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QEvent>
#include <QLoggingCategory>
#include <QMainWindow>
#include <QTimer>

#include "session/session.h"

namespace waybill::ui {
namespace {

Q_LOGGING_CATEGORY(startLog, "waybill.start", QtWarningMsg)

// Looks at every paint event until all has been said, which is why it exists only when somebody listens.
class StartReport : public QObject {
 public:
  StartReport(QMainWindow& window, session::Session& session) : QObject(&window), m_window(window), m_session(session) {
    connect(&session, &session::Session::loadFinished, this, [] { qCInfo(startLog, "loaded"); });
    qApp->installEventFilter(this);
  }

  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() != QEvent::Paint) return false;
    if (watched == &m_window) say("window painted", m_windowSaid);
    if (isListWithTraces(watched)) say("traces painted", m_tracesSaid);
    if (m_windowSaid && m_tracesSaid) qApp->removeEventFilter(this);
    return false;
  }

 private:
  // The picture is flushed before the event loop comes to its timers.
  void say(const char* what, bool& said) {
    if (said) return;
    said = true;
    QTimer::singleShot(0, this, [what] { qCInfo(startLog, "%s", what); });
  }

  // A list in the view of traces, by the view's id in view/registry.cpp.
  bool isListWithTraces(QObject* watched) const {
    const auto* list = qobject_cast<QAbstractItemView*>(watched->parent());
    if (list == nullptr || list->viewport() != watched || list->model() == nullptr) return false;
    if (m_session.snapshot()->traceCount() == 0 || list->model()->rowCount() == 0) return false;
    const QObject* view = list;
    while (view != nullptr && view->objectName() != QLatin1String("traces")) view = view->parent();
    return view != nullptr;
  }

  QMainWindow& m_window;
  session::Session& m_session;
  bool m_windowSaid = false, m_tracesSaid = false;
};

}  // namespace

void reportStart(QMainWindow& window, session::Session& session) {
  if (startLog().isInfoEnabled()) new StartReport(window, session);
}

}  // namespace waybill::ui
