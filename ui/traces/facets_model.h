// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <vector>

#include "ui/traces/facet_counter.h"

namespace waybill::ui {

// Facets as a tree: a group a key, below it its values, the most frequent first, and a row that shows more of them or
// says why there are none. data() is O(terms of the filter). GUI thread.
class FacetsModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum class RowKind { Group, Value, More, Note };
  enum class ValueState { Free, Chosen, Excluded };  // what the filter says of a value
  enum Role {
    KindRole = Qt::UserRole,
    KeyRole,     // of the group, as it stands in a filter
    ValueRole,   // the whole text of a value
    TracesRole,  // that have the value
    ShareRole,   // of the traces that were looked at, 0 … 1
    StateRole,
    CanFilterRole,  // whether the value can stand in the box of the filter as it is
  };

  explicit FacetsModel(QObject* parent) : QAbstractItemModel(parent) {}

  void setFacets(const std::vector<Facet>& facets);   // with one reset
  void setFilter(const QString& filter);              // follows at once, whatever is still being counted
  void showMore(const QModelIndex& row);              // the next values of the group; with a reset
  QModelIndex groupOf(const QString& key) const;      // invalid when it is not there

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const final;
  QModelIndex parent(const QModelIndex& index) const final;
  int rowCount(const QModelIndex& parent = {}) const final;
  int columnCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;
  Qt::ItemFlags flags(const QModelIndex& index) const final;

 private:
  struct Group {
    Facet facet;
    size_t shown = 0;  // values
    bool hasLastRow() const { return shown < facet.counts.different || facet.counts.values.empty(); }
  };

  const Group& group(const QModelIndex& index) const;  // of a value or the group itself
  RowKind kind(const QModelIndex& index) const;
  ValueState state(const Group& group, const query::FacetValue& value) const;
  QVariant groupData(const Group& group, int role) const;
  QVariant valueData(const Group& group, const query::FacetValue& value, int role) const;
  QString lastRowText(const Group& group) const;

  std::vector<Group> m_groups;
  query::FilterText m_filter;
};

// "Service", "Operation" … or the name of the attribute.
QString facetTitle(const Facet& facet);

// A value in one line; what is empty says so.
QString facetValueText(std::string_view value);

}  // namespace waybill::ui
