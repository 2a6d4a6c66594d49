// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QStringList>
#include <functional>
#include <vector>

#include "ui/details/detail_entry.h"

namespace waybill::ui {

// The lines of the details: headings, and under each what is open and matches the filter. Long lists show
// their first part and a line that asks for more. GUI thread.
class DetailsModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum class RowKind { Heading, Entry, More };
  enum Role { KeyRole = Qt::UserRole, CopyRole };

  // Lines of a section shown at once; each "more" shows ten times as many.
  static constexpr size_t kFirstLines = 200;

  using QAbstractListModel::QAbstractListModel;

  // `fill` makes the lines of a section that came without any, when it is opened.
  void setSections(std::vector<DetailSection> sections,
                   std::function<std::vector<DetailEntry>(const QString& title)> fill = {});
  // The lines are the same as those of setSections(), whatever has been opened or filled since.
  bool shows(const std::vector<DetailSection>& sections) const;
  void setFilter(const QString& filter);  // words, all of which must occur in key or value
  size_t entryCount() const;              // without filter

  RowKind kind(int row) const;
  const DetailSection& section(int row) const;
  const DetailEntry& entry(int row) const;  // of an Entry row
  bool isExpanded(int row) const;           // a block shown whole

  // A click: opens or closes a section or a block, shows more lines. False when there is nothing of that to
  // do.
  bool toggle(int row);
  void setNote(int row, const QString& note);  // what came of following a link

  int rowCount(const QModelIndex& parent = {}) const final;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const final;

 private:
  struct Row {
    RowKind kind;
    uint32_t section;
    uint32_t entry;
  };
  void rebuild();
  bool matches(const DetailEntry& entry) const;
  static DetailEntry plainTitle(const DetailSection& section);
  const Row& at(int row) const { return m_rows[static_cast<size_t>(row)]; }

  std::vector<DetailSection> m_sections;
  std::vector<std::vector<bool>> m_expanded;  // by section and entry
  std::vector<size_t> m_lines;                // by section: how many lines are shown at most
  std::vector<size_t> m_hidden;               // by section: how many "more" stands for
  std::function<std::vector<DetailEntry>(const QString&)> m_fill;
  QStringList m_words;
  std::vector<Row> m_rows;
};

}  // namespace waybill::ui
