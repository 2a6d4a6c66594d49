// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/facets_model.h"

#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "base/utf8.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

constexpr size_t kFirstValues = 5, kMoreValues = 20;
constexpr size_t kLongestInFilter = 4096;  // bytes; a line of text is no place for more
constexpr quintptr kGroupId = 0;           // of groups; of their values it is the place of the group, plus one

QString number(uint64_t count) {
  return QString::fromStdString(countText(count));
}

// What is no UTF-8 cannot be typed.
bool canFilterBy(const std::string& value) {
  return value.size() <= kLongestInFilter && fromUtf8(value).toStdString() == value;
}

QString traces(uint32_t count) {
  return countedText(count, FacetsModel::tr("trace"), FacetsModel::tr("traces"));
}

}  // namespace

QString facetTitle(const Facet& facet) {
  switch (facet.term.field) {
    case query::Field::Service: return FacetsModel::tr("Service");
    case query::Field::Name: return FacetsModel::tr("Operation");
    case query::Field::Status: return FacetsModel::tr("Status");
    case query::Field::Kind: return FacetsModel::tr("Kind");
    default: break;
  }
  const bool isScoped = facet.term.scope != query::AttributeScope::Any;
  return isScoped ? lineText(facet.key.toStdString()) : lineText(facet.term.key);
}

QString facetValueText(std::string_view value) {
  return value.empty() ? FacetsModel::tr("(empty)") : lineText(value);
}

void FacetsModel::setFacets(const std::vector<Facet>& facets) {
  beginResetModel();
  std::vector<Group> groups;
  for (const Facet& facet : facets) {
    const auto before =
        std::ranges::find_if(m_groups, [&facet](const Group& group) { return group.facet.key == facet.key; });
    Group& group = groups.emplace_back(Group{facet, 0});
    // What the filter names stands after the most frequent, and is in sight too.
    const size_t wanted = before == m_groups.end() ? kFirstValues : std::max(before->shown, kFirstValues);
    auto& values = group.facet.counts.values;
    group.shown = std::min(wanted, values.size());
    const auto isNamed = [this, &group](const query::FacetValue& value) {
      return state(group, value) != ValueState::Free;
    };
    const auto rest = std::stable_partition(values.begin() + static_cast<std::ptrdiff_t>(group.shown), values.end(), isNamed);
    group.shown = static_cast<size_t>(rest - values.begin());
  }
  m_groups = std::move(groups);
  endResetModel();
}

void FacetsModel::setFilter(const QString& filter) {
  m_filter = query::readFilter(filter.toStdString());
  for (int g = 0; g < rowCount(); ++g) {
    const QModelIndex parent = index(g, 0);
    Q_EMIT dataChanged(parent, parent);
    if (rowCount(parent) > 0) Q_EMIT dataChanged(index(0, 0, parent), index(rowCount(parent) - 1, 0, parent));
  }
}

void FacetsModel::showMore(const QModelIndex& row) {
  if (kind(row) != RowKind::More) return;
  beginResetModel();
  Group& group = m_groups[static_cast<size_t>(row.internalId() - 1)];
  group.shown = std::min(group.shown + kMoreValues, group.facet.counts.values.size());
  endResetModel();
}

QModelIndex FacetsModel::groupOf(const QString& key) const {
  for (size_t g = 0; g < m_groups.size(); ++g) {
    if (m_groups[g].facet.key == key) return index(static_cast<int>(g), 0);
  }
  return {};
}

QModelIndex FacetsModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kGroupId);
}

QModelIndex FacetsModel::parent(const QModelIndex& index) const {
  if (!index.isValid() || index.internalId() == kGroupId) return {};
  return createIndex(static_cast<int>(index.internalId() - 1), 0, kGroupId);
}

int FacetsModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(m_groups.size());
  if (parent.internalId() != kGroupId || parent.column() > 0) return 0;
  const Group& group = m_groups[static_cast<size_t>(parent.row())];
  return static_cast<int>(group.shown) + (group.hasLastRow() ? 1 : 0);
}

int FacetsModel::columnCount(const QModelIndex&) const {
  return 1;
}

Qt::ItemFlags FacetsModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  return kind(index) == RowKind::Note ? Qt::ItemIsEnabled | Qt::ItemNeverHasChildren : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

const FacetsModel::Group& FacetsModel::group(const QModelIndex& index) const {
  const bool isGroup = index.internalId() == kGroupId;
  return m_groups[isGroup ? static_cast<size_t>(index.row()) : static_cast<size_t>(index.internalId() - 1)];
}

FacetsModel::RowKind FacetsModel::kind(const QModelIndex& index) const {
  if (index.internalId() == kGroupId) return RowKind::Group;
  const Group& of = group(index);
  if (static_cast<size_t>(index.row()) < of.shown) return RowKind::Value;
  return of.shown < of.facet.counts.values.size() ? RowKind::More : RowKind::Note;
}

FacetsModel::ValueState FacetsModel::state(const Group& group, const query::FacetValue& value) const {
  for (const query::Term& term : m_filter.terms) {
    if (!query::isSameKey(term, group.facet.term) || !query::isAboutValue(term, value.text)) continue;
    return term.negated ? ValueState::Excluded : ValueState::Chosen;
  }
  return ValueState::Free;
}

QVariant FacetsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Group& of = group(index);
  const RowKind which = kind(index);
  if (role == KindRole) return QVariant::fromValue(which);
  if (role == KeyRole) return of.facet.key;
  if (which == RowKind::Group) return groupData(of, role);
  if (which == RowKind::Value) return valueData(of, of.facet.counts.values[static_cast<size_t>(index.row())], role);
  return role == Qt::DisplayRole ? lastRowText(of) : QVariant();
}

QVariant FacetsModel::groupData(const Group& group, int role) const {
  const QString different =
      countedText(group.facet.counts.different, tr("different value"), tr("different values"));
  switch (role) {
    case Qt::DisplayRole: return facetTitle(group.facet);
    case Qt::AccessibleTextRole: return QString(facetTitle(group.facet) + QStringLiteral(", ") + different);
    case Qt::ToolTipRole: return plainToolTip(facetTitle(group.facet) + u'\n' + different);
    case TracesRole: return group.facet.isCounted ? QVariant(group.facet.counts.different) : QVariant();
    default: return {};
  }
}

QVariant FacetsModel::valueData(const Group& group, const query::FacetValue& value, int role) const {
  const ValueState is = state(group, value);
  switch (role) {
    case Qt::DisplayRole: return facetValueText(value.text);
    case ValueRole: return fromUtf8(value.text);
    case TracesRole: return value.traces;
    case ShareRole:
      return group.facet.counts.traces == 0 ? 0.0 : static_cast<double>(value.traces) / group.facet.counts.traces;
    case CanFilterRole: return canFilterBy(value.text);
    case StateRole: return QVariant::fromValue(is);
    case Qt::AccessibleTextRole: {
      const QString text = facetValueText(value.text) + QStringLiteral(", ") + traces(value.traces);
      if (is == ValueState::Chosen) return tr("%1, in the filter").arg(text);
      return is == ValueState::Excluded ? tr("%1, excluded").arg(text) : text;
    }
    case Qt::ToolTipRole: {
      QString text = value.text.empty() ? tr("(empty)") : lineText(value.text, 2'000);
      text += u'\n' + tr("%1 of %2").arg(number(value.traces), traces(group.facet.counts.traces));
      if (!canFilterBy(value.text)) text += u'\n' + tr("Too long, or no text: it cannot stand in the filter");
      return plainToolTip(text);
    }
    default: return {};
  }
}

QString FacetsModel::lastRowText(const Group& group) const {
  const query::FacetCounts& counts = group.facet.counts;
  if (!group.facet.isCounted) return tr("Reading…");
  if (counts.isMissing) return tr("No span has this attribute");
  if (counts.different == 0) return counts.traces == 0 ? tr("No trace to count") : tr("No trace of the list has it");
  const uint64_t left = counts.different - std::min<uint64_t>(counts.different, group.shown);
  return group.shown < counts.values.size() ? tr("… %1 more").arg(number(left))
                                            : tr("%1 rarer values are left out").arg(number(left));
}

}  // namespace waybill::ui
