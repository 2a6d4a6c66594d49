// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/facets_panel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "base/time_text.h"
#include "query/attribute_keys.h"
#include "ui/theme/controls.h"
#include "ui/traces/facet_tree.h"
#include "ui/traces/facets_model.h"
#include "ui/traces/key_completer.h"

namespace waybill::ui {
namespace {

constexpr auto kAttributesKey = "traces/facets/attributes";
constexpr auto kFoldedKey = "traces/facets/folded";

using RowKind = FacetsModel::RowKind;

std::optional<QStringList> keptAttributes() {
  const QSettings settings;
  if (!settings.contains(QLatin1String(kAttributesKey))) return std::nullopt;
  return settings.value(QLatin1String(kAttributesKey)).toStringList();
}

RowKind kindOf(const QModelIndex& index) {
  return index.data(FacetsModel::KindRole).value<RowKind>();
}

QString number(uint64_t count) {
  return QString::fromStdString(countText(count));
}

}  // namespace

FacetsPanel::FacetsPanel(session::Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_counter(new FacetCounter(this, session.attributeColumns())),
      m_model(new FacetsModel(this)),
      m_shown(std::make_shared<const store::Snapshot>()) {
  setObjectName(QStringLiteral("facetsPanel"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  buildHeader();
  buildTree();
  m_counter->setAttributes(keptAttributes());
  connect(m_counter, &FacetCounter::readingChanged, this, &FacetsPanel::showState);
  connect(m_counter, &FacetCounter::counted, this, [this] {
    m_model->setFacets(m_counter->facets());
    if (const auto added = std::exchange(m_added, std::nullopt)) {
      if (const QModelIndex group = m_model->groupOf(*added); group.isValid()) {
        m_tree->setCurrentIndex(group);
        m_tree->scrollTo(group, QAbstractItemView::PositionAtTop);
      }
    }
    showState();
  });
  showState();
}

QWidget* FacetsPanel::focusTarget() {
  return m_tree;
}

void FacetsPanel::buildHeader() {
  auto* header = new QHBoxLayout;
  header->setContentsMargins(12, 5, 8, 3);
  header->setSpacing(8);
  m_state = new PlainLabel(Tone::Muted, this);
  m_state->setObjectName(QStringLiteral("facetsState"));
  m_add = new QToolButton(this);
  m_add->setObjectName(QStringLiteral("facetsAdd"));
  m_add->setText(tr("Add attribute…"));
  m_add->setProperty("flat", true);
  connect(m_add, &QToolButton::clicked, this, &FacetsPanel::beginAdding);
  header->addWidget(m_state, 1);
  header->addWidget(m_add);

  m_addRow = new QWidget(this);
  m_addEdit = new QLineEdit(m_addRow);
  m_addEdit->setObjectName(QStringLiteral("facetsAddEdit"));
  m_addEdit->setPlaceholderText(tr("Name of an attribute"));
  m_addEdit->setAccessibleName(m_addEdit->placeholderText());
  m_addEdit->installEventFilter(this);
  auto* row = new QHBoxLayout(m_addRow);
  row->setContentsMargins(10, 2, 10, 6);
  row->addWidget(m_addEdit);
  m_addRow->hide();
  auto* completer =
      new KeyCompleter(*m_addEdit, [this] { return m_shown; }, KeyCompleter::Use::Alone);  // the box is its parent
  completer->setObjectName(QStringLiteral("facetsKeys"));
  connect(completer, &KeyCompleter::taken, this, &FacetsPanel::addAttribute);

  auto* whole = static_cast<QVBoxLayout*>(layout());
  whole->addLayout(header);
  whole->addWidget(m_addRow);
}

void FacetsPanel::buildTree() {
  m_tree = new FacetTree(*m_model, this);
  m_tree->setFolded(QSettings().value(QLatin1String(kFoldedKey)).toStringList());
  static_cast<QVBoxLayout*>(layout())->addWidget(m_tree, 1);
  connect(m_tree, &FacetTree::foldedChanged, this,
          [this] { QSettings().setValue(QLatin1String(kFoldedKey), m_tree->folded()); });
  connect(m_tree, &FacetTree::valueWanted, this, &FacetsPanel::change);
  connect(m_tree, &FacetTree::removeWanted, this, &FacetsPanel::removeAttribute);
  connect(m_tree, &FacetTree::copyWanted, this, &FacetsPanel::copy);
  connect(m_tree, &FacetTree::menuWanted, this, &FacetsPanel::openMenu);
}

void FacetsPanel::setFilter(const QString& filter) {
  m_filter = filter;
  m_model->setFilter(filter);
  m_counter->holdOff();
}

void FacetsPanel::setShown(std::shared_ptr<const store::Snapshot> snapshot, const std::string& filter, size_t traces) {
  m_shown = snapshot;
  m_shownTraces = traces;
  const bool grows = m_session.isLoading() || m_session.isShowingLive();
  m_counter->setShown(std::move(snapshot), filter, grows ? FacetCounter::Store::Growing : FacetCounter::Store::Whole);
  showState();
}

void FacetsPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  m_counter->setActive(true);
}

void FacetsPanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_counter->setActive(false);
}

void FacetsPanel::showState() {
  const uint32_t all = m_shown->traceCount();
  const bool isCounted = m_counter->countedStore() == m_shown->storeId();
  QString text;
  if (all == 0) {
    text = tr("No traces to count");
  } else if (const auto& reading = m_counter->reading()) {
    text = reading->text();
  } else if (!isCounted) {
    text = tr("Counting…");
  } else if (m_shownTraces == 0) {
    text = tr("No trace matches the filter");
  } else {
    text = m_shownTraces < all ? tr("%1 of %2 traces, by value").arg(number(m_shownTraces), number(all))
                          : tr("%1, by value").arg(countedText(all, tr("trace"), tr("traces")));
  }
  m_state->setText(text);
  // Other files: the old values mean nothing any more.
  if (!isCounted && m_model->rowCount() > 0) m_model->setFacets({});
  m_tree->setVisible(all > 0);
  m_add->setEnabled(all > 0);
}

void FacetsPanel::change(const QModelIndex& value, query::ValueChange change) {
  const QString text = value.data(FacetsModel::ValueRole).toString();
  if (!value.data(FacetsModel::CanFilterRole).toBool()) return;
  const std::string changed = query::withValue(m_filter.toStdString(),
                                               value.data(FacetsModel::KeyRole).toString().toStdString(),
                                               text.toStdString(), change);
  Q_EMIT filterWanted(fromUtf8(changed));
}

void FacetsPanel::copy(const QModelIndex& value) {
  if (kindOf(value) == RowKind::Value) {
    QGuiApplication::clipboard()->setText(value.data(FacetsModel::ValueRole).toString());
  }
}

bool FacetsPanel::isChosen() {
  return keptAttributes().has_value();
}

QStringList FacetsPanel::attributes() const {
  if (auto kept = keptAttributes()) return *kept;
  QStringList out;
  for (const Facet& facet : m_counter->facets()) {
    if (facet.term.field == query::Field::Attribute) out << facet.key;
  }
  return out;
}

void FacetsPanel::setAttributes(const std::optional<QStringList>& attributes) {
  QSettings settings;
  if (attributes) {
    settings.setValue(QLatin1String(kAttributesKey), *attributes);
  } else {
    settings.remove(QLatin1String(kAttributesKey));
  }
  m_counter->setAttributes(attributes);
}

void FacetsPanel::beginAdding() {
  m_addEdit->clear();
  m_addRow->show();
  m_addEdit->setFocus(Qt::OtherFocusReason);
  m_addEdit->findChild<KeyCompleter*>()->begin();
}

void FacetsPanel::endAdding() {
  m_addRow->hide();
  m_tree->setFocus(Qt::OtherFocusReason);
}

void FacetsPanel::addAttribute(const QString& text) {
  const QString key = text.trimmed();
  const auto meant = query::readKey(key.toStdString());
  // What cannot be a key as it was typed is the name of an attribute all the same.
  const QString wanted = meant ? key : fromUtf8(query::filterKey(key.toStdString()));
  if (key.isEmpty() || (meant && meant->field == query::Field::Duration)) return;
  endAdding();
  m_added = wanted;
  if (const QModelIndex known = m_model->groupOf(wanted); known.isValid()) {
    m_tree->setCurrentIndex(known);
    m_tree->scrollTo(known, QAbstractItemView::PositionAtTop);
    m_added.reset();
  } else {
    setAttributes(attributes() << wanted);
  }
}

void FacetsPanel::removeAttribute(const QModelIndex& index) {
  const QString key = index.data(FacetsModel::KeyRole).toString();
  QStringList now = attributes();
  if (now.removeAll(key) > 0) setAttributes(now);
}

bool FacetsPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_addEdit && (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool isEnter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (isEnter || key == Qt::Key_Escape) {
      event->accept();
      if (event->type() == QEvent::KeyPress) isEnter ? addAttribute(m_addEdit->text()) : endAdding();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace waybill::ui
