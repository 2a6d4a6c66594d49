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
    if (m_session.openTrace() != nullptr && isIn(watched, QLatin1String("timeline"))) say("trace painted", m_traceSaid);
    if (m_windowSaid && m_tracesSaid && m_traceSaid) qApp->removeEventFilter(this);
    return false;
  }

 private:
  // The picture is flushed before the event loop comes to its timers.
  void say(const char* what, bool& said) {
    if (said) return;
    said = true;
    QTimer::singleShot(0, this, [what] { qCInfo(startLog, "%s", what); });
  }

  // By the view's id in view/registry.cpp.
  static bool isIn(const QObject* watched, QLatin1String view) {
    while (watched != nullptr && watched->objectName() != view) watched = watched->parent();
    return watched != nullptr;
  }

  bool isListWithTraces(QObject* watched) const {
    const auto* list = qobject_cast<QAbstractItemView*>(watched->parent());
    if (list == nullptr || list->viewport() != watched || list->model() == nullptr) return false;
    if (m_session.snapshot()->traceCount() == 0 || list->model()->rowCount() == 0) return false;
    return isIn(list, QLatin1String("traces"));
  }

  QMainWindow& m_window;
  session::Session& m_session;
  bool m_windowSaid = false, m_tracesSaid = false, m_traceSaid = false;
};

}  // namespace

void reportStart(QMainWindow& window, session::Session& session) {
  if (startLog().isInfoEnabled()) new StartReport(window, session);
}

}  // namespace waybill::ui
