// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/find_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "base/time_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/mistake_mark.h"

namespace waybill::ui {
namespace {

QToolButton* button(const QString& text, const QString& tip, QWidget* parent) {
  auto* out = new QToolButton(parent);
  out->setText(text);
  out->setToolTip(tip);
  out->setAccessibleName(tip);
  out->setAutoRaise(true);
  out->setFocusPolicy(Qt::NoFocus);
  return out;
}

constexpr auto kOthersKey = "timeline/others";

// By Others.
constexpr std::array<const char*, 3> kOthersNames{"shown", "dimmed", "hidden"};

SpanSearch::Others keptOthers() {
  const QString name = QSettings().value(QLatin1String(kOthersKey)).toString();
  const auto at = std::find_if(kOthersNames.begin(), kOthersNames.end(),
                               [&](const char* each) { return name == QLatin1String(each); });
  return at == kOthersNames.end() ? SpanSearch::Others::Shown
                                  : static_cast<SpanSearch::Others>(at - kOthersNames.begin());
}

QString number(size_t count) {
  return QString::fromStdString(countText(count));
}

}  // namespace

FindBar::FindBar(session::Session& session, SpanSearch& search, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_search(search),
      m_edit(new QLineEdit(this)),
      m_count(new QLabel(this)),
      m_dim(button(tr("Dim others"), tr("Dim what does not match"), this)),
      m_hide(button(tr("Hide others"), tr("Hide what does not match, but for what is above a match"), this)) {
  m_edit->setObjectName(QStringLiteral("timelineFind"));
  m_edit->setPlaceholderText(tr("Find spans: words, or http.route=/cart"));
  m_edit->setAccessibleName(m_edit->placeholderText());
  m_edit->setClearButtonEnabled(true);
  m_edit->setMinimumWidth(180);
  m_edit->setMaximumWidth(380);
  m_edit->installEventFilter(this);
  m_count->setObjectName(QStringLiteral("timelineFindCount"));
  m_count->setTextFormat(Qt::PlainText);
  auto* previous = button(QStringLiteral("↑"), tr("Previous match (Shift+Enter)"), this);
  auto* next = button(QStringLiteral("↓"), tr("Next match (Enter)"), this);
  auto* shut = button(QStringLiteral("✕"), tr("Close (Esc)"), this);
  QLabel* why = plainParagraph(QString(), Tone::Muted, this);
  why->setObjectName(QStringLiteral("timelineFindMistake"));
  m_mistake = new MistakeMark(*m_edit, *why);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 6, 12, 6);
  column->setSpacing(4);
  auto* row = new QHBoxLayout;
  column->addLayout(row);
  column->addWidget(why);
  row->setSpacing(6);
  row->addWidget(m_edit, 1);
  row->addWidget(previous);
  row->addWidget(next);
  row->addWidget(m_dim);
  row->addWidget(m_hide);
  row->addWidget(m_count);
  row->addStretch(1);
  row->addWidget(shut);
  connect(m_edit, &QLineEdit::textChanged, this, &FindBar::restart);
  connect(previous, &QToolButton::clicked, this, [this] { step(Direction::Backward); });
  connect(next, &QToolButton::clicked, this, [this] { step(Direction::Forward); });
  connect(shut, &QToolButton::clicked, this, &FindBar::close);
  connect(&search, &SpanSearch::progressed, this, &FindBar::showCount);
  connect(&session, &session::Session::selectionChanged, this, &FindBar::showCount);
  connect(&session, &session::Session::openTraceChanged, this, &FindBar::restart);
  m_dim->setObjectName(QStringLiteral("timelineDimOthers"));
  m_hide->setObjectName(QStringLiteral("timelineHideOthers"));
  for (QToolButton* which : {m_dim, m_hide}) {
    which->setCheckable(true);
    const auto others = which == m_dim ? SpanSearch::Others::Dimmed : SpanSearch::Others::Hidden;
    connect(which, &QToolButton::clicked, this,
            [this, others](bool on) { setOthers(on ? others : SpanSearch::Others::Shown); });
  }
  setOthers(keptOthers());
  hide();
}

void FindBar::setOthers(SpanSearch::Others others) {
  QSettings().setValue(QLatin1String(kOthersKey), QLatin1String(kOthersNames[static_cast<size_t>(others)]));
  m_dim->setChecked(others == SpanSearch::Others::Dimmed);
  m_hide->setChecked(others == SpanSearch::Others::Hidden);
  m_search.setOthers(others);
  Q_EMIT othersChanged();
}

void FindBar::open() {
  show();
  m_edit->setFocus(Qt::ShortcutFocusReason);
  m_edit->selectAll();
  restart();
}

void FindBar::close() {
  hide();
  m_wanted.reset();
  m_search.clear();
  Q_EMIT closed();
}

void FindBar::restart() {
  m_wanted.reset();
  if (isHidden()) return m_search.clear();
  m_search.start(m_session.openTrace(), m_edit->text());
  m_mistake->setMistake(m_search.mistake());
}

void FindBar::step(Direction direction) {
  if (m_search.isRunning()) {
    m_wanted = direction;
    return;
  }
  if (const auto node = m_search.next(m_session.selectedNode(), direction)) m_session.selectNode(node);
}

void FindBar::showCount() {
  if (m_wanted && !m_search.isRunning()) {
    const Direction direction = *m_wanted;
    m_wanted.reset();
    step(direction);
  }
  const size_t found = m_search.matches().size();
  const auto selected = m_session.selectedNode();
  const auto place = selected ? m_search.placeOf(*selected) : std::nullopt;
  QString text;
  if (!m_search.isActive()) {
    text.clear();
  } else if (m_search.isRunning()) {
    const SpanSearch::Progress& progress = m_search.progress();
    text = progress.key.isEmpty() ? tr("Looking… %1 %").arg(progress.percent)
                                  : tr("Reading %1… %2 %").arg(progress.key).arg(progress.percent);
  } else if (found == 0) {
    text = tr("No span of this trace matches");
  } else {
    text = place ? tr("%1 of %2").arg(number(*place), number(found)) : tr("%1 found").arg(number(found));
  }
  m_count->setText(text);
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_edit && (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter || key->key() == Qt::Key_Escape) {
      event->accept();
      if (event->type() == QEvent::ShortcutOverride) return true;
      if (enter) {
        step((key->modifiers() & Qt::ShiftModifier) != 0 ? Direction::Backward : Direction::Forward);
      } else {
        close();
      }
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace waybill::ui
