// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "base/ids.h"
#include "ui/view/view.h"

class QSplitter;
class QStackedWidget;
class QToolButton;

namespace waybill::ui {

class FacetsPanel;
class FilterEdit;
class MistakeMark;
class PlainLabel;
class TraceList;
class TracesModel;

// The list of traces: sorted, filtered by words and terms; choosing one opens it.
class TracesView : public View {
  Q_OBJECT

 public:
  TracesView(session::Session& session, QWidget* parent);

  QWidget* focusTarget() override;

 private:
  void buildHeader();
  void buildPages();
  void buildFacets();
  void setFacetsShown(bool shown);
  void buildActions();
  void setSort(int sort, bool descending);
  void showStreams(bool last);
  void takeFilter();
  void showCount();
  QString noMatchText() const;
  void tellListed();                     // the session which traces are in the list
  void showOrder();                      // header, empty states, current row: after the model has changed
  void showOpenTrace(bool scrollThere);  // the session's trace becomes the current row
  void followOpenTrace();
  void openRow(int row);
  std::optional<TraceIndex> inSession(TraceIndex trace) const;
  void togglePin();
  void liftFilter();

  TracesModel* m_model;
  PlainLabel* m_count = nullptr;
  QToolButton* m_sortButton = nullptr;
  FilterEdit* m_filter = nullptr;
  MistakeMark* m_mistake = nullptr;
  QToolButton* m_facetsButton = nullptr;
  FacetsPanel* m_facets = nullptr;
  QSplitter* m_splitter = nullptr;  // facets above the list
  QStackedWidget* m_pages = nullptr;
  TraceList* m_list = nullptr;
  PlainLabel* m_emptyText = nullptr;
  PlainLabel* m_noMatchText = nullptr;
  TraceId m_followed;  // what was scrolled to last
  bool m_wasLive = false;         // what the list shows is of the growing store
  bool m_followsSession = false;  // the current row is being set, not chosen
};

}  // namespace waybill::ui
