// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/snippet_box.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme/theme.h"

namespace waybill::ui {
namespace {
constexpr int kCopiedMs = 1500;
constexpr int kTextMargin = 10;
}  // namespace

SnippetBox::SnippetBox(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("snippetBox"));
  m_languages = new QTabBar(this);
  m_languages->setObjectName(QStringLiteral("snippetLanguages"));
  m_languages->setAccessibleName(tr("Language of the sender"));
  m_languages->setDrawBase(false);
  m_languages->setExpanding(false);
  m_languages->setUsesScrollButtons(false);
  m_copy = new QPushButton(tr("Copy"), this);
  m_copy->setObjectName(QStringLiteral("snippetCopy"));
  m_copy->setToolTip(tr("Copy these lines to the clipboard"));
  m_copy->setMinimumWidth(
      std::max(m_copy->sizeHint().width(), m_copy->fontMetrics().horizontalAdvance(tr("Copied ✓")) + 32));
  m_text = new QPlainTextEdit(this);
  m_text->setObjectName(QStringLiteral("snippetText"));
  m_text->setAccessibleName(tr("What to paste"));
  m_text->setReadOnly(true);
  m_text->setProperty("code", true);
  m_text->setTabChangesFocus(true);
  m_text->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  m_text->document()->setDocumentMargin(4);

  auto* top = new QHBoxLayout;
  top->setContentsMargins(0, 0, 0, 0);
  top->addWidget(m_languages, 1);
  top->addWidget(m_copy, 0, Qt::AlignVCenter);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(8);
  column->addLayout(top);
  column->addWidget(m_text);
  m_text->installEventFilter(this);
  connect(m_languages, &QTabBar::currentChanged, this, &SnippetBox::show);
  connect(m_copy, &QPushButton::clicked, this, &SnippetBox::copy);
  takeFont();
  setTarget({});
}

void SnippetBox::setTarget(const SnippetTarget& target) {
  if (!m_snippets.isEmpty() && target == m_target) return;
  m_target = target;
  m_snippets = snippetsFor(target);
  const int before = std::max(0, m_languages->currentIndex());
  const QSignalBlocker quiet(m_languages);
  while (m_languages->count() > m_snippets.size()) m_languages->removeTab(m_languages->count() - 1);
  for (int i = 0; i < m_snippets.size(); ++i) {
    if (i >= m_languages->count()) m_languages->addTab({});
    m_languages->setTabText(i, m_snippets[i].language);
  }
  m_languages->setCurrentIndex(std::min(before, m_languages->count() - 1));
  show(m_languages->currentIndex());
}

QString SnippetBox::shownText() const {
  return m_text->toPlainText();
}

void SnippetBox::showLanguage(int index) {
  m_languages->setCurrentIndex(index);
}

void SnippetBox::show(int index) {
  if (index < 0 || index >= m_snippets.size()) return;
  m_text->setPlainText(m_snippets[index].text);
  fit();
}

// As high as the text, wrapped to the width that there is.
void SnippetBox::fit() {
  // A plain text document measures its height in lines.
  const int lines = std::max(1, static_cast<int>(m_text->document()->size().height()));
  const int frame = m_text->height() - m_text->viewport()->height();
  m_text->setFixedHeight(lines * m_text->fontMetrics().lineSpacing() + frame + kTextMargin);
}

bool SnippetBox::eventFilter(QObject* watched, QEvent* event) {
  // Later: the text is not wrapped to its new width yet.
  if (watched == m_text && event->type() == QEvent::Resize) {
    QMetaObject::invokeMethod(this, &SnippetBox::fit, Qt::QueuedConnection);
  }
  return QWidget::eventFilter(watched, event);
}

void SnippetBox::takeFont() {
  m_text->setFont(monospaceFont(smallerFont(font())));
  fit();
}

void SnippetBox::copy() {
  QGuiApplication::clipboard()->setText(shownText());
  m_copy->setText(tr("Copied ✓"));
  QTimer::singleShot(kCopiedMs, m_copy, [this] { m_copy->setText(tr("Copy")); });
}

void SnippetBox::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange && m_text != nullptr) takeFont();
}

}  // namespace waybill::ui
