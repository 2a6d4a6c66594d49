// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <memory>
#include <optional>

#include "query/filter_edit.h"
#include "session/session.h"
#include "ui/traces/facet_counter.h"

class QLineEdit;
class QMenu;
class QToolButton;

namespace waybill::ui {

class FacetTree;
class FacetsModel;
class PlainLabel;

// What there is to narrow the list of traces by: values with the number of traces that have them. The box of the filter
// owns the filter; this follows its text and says what it should be. Counts nothing unless it is visible. Which
// attributes are shown, and what is folded, is remembered.
class FacetsPanel : public QWidget {
  Q_OBJECT

 public:
  FacetsPanel(session::Session& session, QWidget* parent);

  void setFilter(const QString& filter);  // as it is typed
  // What the list shows: so many traces, which its filter has left.
  void setShown(std::shared_ptr<const store::Snapshot> snapshot, const std::string& filter, size_t traces);
  // Attributes whose values the list shows, as keys of a filter; remembered.
  static QStringList listColumns();
  void setThreads(size_t threads) { m_counter->setThreads(threads); }

  QWidget* focusTarget();
  // The same with and without traces.
  QSize sizeHint() const override { return {320, 340}; }

 Q_SIGNALS:
  void filterWanted(const QString& filter);
  void listColumnsChanged();

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;  // of the box for an attribute

 private:
  void buildHeader();
  void buildTree();
  void change(const QModelIndex& value, query::ValueChange change);
  void openMenu(const QModelIndex& index, const QPoint& globalPosition);
  void addValueActions(QMenu& menu, const QModelIndex& value);
  void addGroupActions(QMenu& menu, const QModelIndex& group);
  void addListActions(QMenu& menu, const QString& key);
  void setInList(const QString& key, bool shown);
  void copy(const QModelIndex& value);
  QStringList attributes() const;  // that are shown
  static bool isChosen();          // by the user
  void setAttributes(const std::optional<QStringList>& attributes);
  void beginAdding();
  void endAdding();
  void addAttribute(const QString& text);
  void removeAttribute(const QModelIndex& group);
  void showState();

  session::Session& m_session;
  FacetCounter* m_counter;
  FacetsModel* m_model;
  FacetTree* m_tree = nullptr;
  PlainLabel* m_state = nullptr;
  QToolButton* m_add = nullptr;
  QWidget* m_addRow = nullptr;
  QLineEdit* m_addEdit = nullptr;
  std::shared_ptr<const store::Snapshot> m_shown;
  size_t m_shownTraces = 0;
  QString m_filter;
  std::optional<QString> m_added;  // to be gone to when it has been counted
};

}  // namespace waybill::ui
