// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/thread_pool.h"
#include "ui/view/view.h"

class QStackedWidget;
class QToolButton;

namespace waybill::ui {

class DetailList;
class DetailsModel;
class FilterEdit;
struct DetailSection;
struct DetailTarget;
class PlainLabel;

// Everything the selected span carries; the trace in a few lines when no span is selected.
class DetailsView : public View {
  Q_OBJECT

 public:
  DetailsView(session::Session& session, QWidget* parent);

  QWidget* focusTarget() override;

 private:
  void buildHeader();
  void buildCopyMenu();
  void showSelection();
  void showSpan(const session::OpenTrace& open, analysis::NodeIndex node);
  void showTrace(const session::OpenTrace& open);
  void showNothing();
  std::optional<analysis::NodeIndex> parentNamed(const DetailTarget& target) const;
  void follow(int row);
  // A click on a link, while a worker looks for the span.
  struct Lookup {
    uint64_t number = 0, lines = 0;  // the latest holds; the row is of these lines
    int row = 0;
    TraceIndex trace;
  };
  void goTo(const Lookup& lookup, std::optional<SpanRow> span);
  void showLines(std::vector<DetailSection> sections, std::optional<SpanRow> row);
  void openMenu(const QPoint& globalPosition);
  void copySpan(bool markdown);

  DetailsModel* m_model;
  PlainLabel* m_name = nullptr;
  PlainLabel* m_origin = nullptr;  // "bank-api · CLIENT"
  QToolButton* m_copy = nullptr;
  FilterEdit* m_filter = nullptr;
  QWidget* m_filterRow = nullptr;
  QStackedWidget* m_pages = nullptr;
  DetailList* m_list = nullptr;
  PlainLabel* m_nothing = nullptr;
  QWidget* m_nothingPage = nullptr;
  std::shared_ptr<const session::OpenTrace> m_open;
  std::optional<analysis::NodeIndex> m_node;
  bool m_grown = false;  // what is shown is the same span as before, of a trace with more spans
  std::shared_ptr<const store::Snapshot> m_linesOf;  // what the model's lines point into
  uint64_t m_linesShown = 0;                         // how often they were made anew
  uint64_t m_lookup = 0;                             // the latest asked for
  ThreadPool m_lookups{1};                           // last: its destruction waits for what runs
};

}  // namespace waybill::ui
