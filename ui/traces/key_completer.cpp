// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/key_completer.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStringListModel>
#include <QStyledItemDelegate>
#include <algorithm>
#include <utility>

#include "query/attribute_keys.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

constexpr size_t kMostKeys = 2'000;
constexpr qsizetype kShortest = 2;  // characters typed before keys are offered
constexpr int kMostShown = 8;
constexpr int kGap = 3;  // pixels between the box and what is offered

// Where the word begins that is being typed.
qsizetype wordBegin(const QString& text, qsizetype cursor) {
  return cursor == 0 ? 0 : text.lastIndexOf(u' ', cursor - 1) + 1;
}

QStringList keysOf(const store::Snapshot& snapshot, bool attributesOnly, const std::stop_token& stop) {
  QStringList keys;
  if (!attributesOnly) {
    keys << QStringLiteral("duration") << QStringLiteral("kind") << QStringLiteral("name")
         << QStringLiteral("service") << QStringLiteral("status");
  }
  for (const std::string& key : query::attributeKeys(snapshot, kMostKeys, stop)) {
    keys << lineText(query::filterKey(key));
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

KeyCompleter::KeyCompleter(QLineEdit& edit, std::function<std::shared_ptr<const store::Snapshot>()> current, Use use)
    : QObject(&edit),
      m_edit(edit),
      m_keys(new QStringListModel(this)),
      m_completer(new QCompleter(m_keys, this)),
      m_current(std::move(current)),
      m_use(use) {
  m_completer->setWidget(&edit);
  m_completer->setCompletionMode(QCompleter::PopupCompletion);
  m_completer->setModelSorting(QCompleter::CaseSensitivelySortedModel);
  m_completer->setCaseSensitivity(Qt::CaseSensitive);
  m_completer->setMaxVisibleItems(kMostShown);
  if (use == Use::Alone) {
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
  }
  QAbstractItemView* popup = m_completer->popup();
  popup->setObjectName(QStringLiteral("completions"));
  popup->setItemDelegate(new QStyledItemDelegate(popup));  // one that listens to the style sheet
  popup->installEventFilter(this);
  connect(&edit, &QLineEdit::textEdited, this, &KeyCompleter::typed);
  connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &KeyCompleter::take);
}

KeyCompleter::~KeyCompleter() {
  if (m_stop) m_stop->request_stop();
}

void KeyCompleter::typed() {
  auto snapshot = m_current();
  const bool isNew = snapshot->storeId() != m_lookedAtStore || snapshot->spanCount() / 2 > m_lookedAtSpans;
  if (isNew && !isLooking()) look(std::move(snapshot));
  offer();
}

void KeyCompleter::look(std::shared_ptr<const store::Snapshot> snapshot) {
  m_lookedAtStore = snapshot->storeId();
  m_lookedAtSpans = snapshot->spanCount();
  m_stop.emplace();
  m_pool.post([this, job = ++m_job, snapshot = std::move(snapshot), stop = m_stop->get_token()](std::stop_token) {
    QStringList keys = keysOf(*snapshot, m_use == Use::Alone, stop);
    // This object outlives the pool, and drops what is still queued when it goes.
    QMetaObject::invokeMethod(
        this,
        [this, job, keys = std::move(keys)] {
          if (job != m_job) return;
          m_stop.reset();
          m_keys->setStringList(keys);
          if (m_edit.hasFocus()) offer();
        },
        Qt::QueuedConnection);
  });
}

void KeyCompleter::offer() {
  const QString text = m_edit.text();
  const bool isAlone = m_use == Use::Alone;
  const qsizetype cursor = isAlone ? text.size() : m_edit.cursorPosition();
  const qsizetype begin = isAlone ? 0 : wordBegin(text, cursor);
  const QString word = text.mid(begin, cursor - begin);
  m_completer->setCompletionPrefix(word);
  const bool useful = word.size() >= (isAlone ? 0 : kShortest) && m_completer->completionCount() > 0 &&
                      m_completer->currentCompletion() != word;
  if (!useful) return m_completer->popup()->hide();
  m_completer->complete(m_edit.rect().adjusted(0, 0, 0, kGap));
}

// The box has a use of its own for Enter and Esc, and the completer lets it have them first.
bool KeyCompleter::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() != QEvent::KeyPress) return QObject::eventFilter(watched, event);
  QAbstractItemView& popup = *m_completer->popup();
  const QModelIndex current = popup.currentIndex();
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
      popup.hide();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Tab:
      popup.hide();
      if (!current.isValid()) return QObject::eventFilter(watched, event);
      take(current.data().toString());
      return true;
    default:
      return QObject::eventFilter(watched, event);
  }
}

void KeyCompleter::take(const QString& key) {
  if (m_use == Use::Alone) {
    Q_EMIT taken(key);
    return;
  }
  const QString text = m_edit.text();
  const qsizetype cursor = m_edit.cursorPosition(), begin = wordBegin(text, cursor);
  m_edit.setText(text.left(begin) + key + u'=' + text.mid(cursor));
  m_edit.setCursorPosition(static_cast<int>(begin + key.size() + 1));
}

}  // namespace waybill::ui
