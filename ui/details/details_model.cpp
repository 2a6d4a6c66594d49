// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/details_model.h"

#include <algorithm>
#include <utility>

#include "base/time_text.h"
#include "ui/details/value_format.h"
#include "ui/theme/controls.h"

namespace waybill::ui {

void DetailsModel::setSections(std::vector<DetailSection> sections,
                               std::function<std::vector<DetailEntry>(const QString&)> fill) {
  beginResetModel();
  m_sections = std::move(sections);
  m_fill = std::move(fill);
  m_expanded.clear();
  for (const DetailSection& s : m_sections) m_expanded.emplace_back(s.entries.size(), false);
  m_lines.assign(m_sections.size(), kFirstLines);
  rebuild();
  endResetModel();
}

bool DetailsModel::shows(const std::vector<DetailSection>& sections) const {
  const auto sameEntry = [](const DetailEntry& a, const DetailEntry& b) {
    return a.key == b.key && a.text == b.text && a.tip == b.tip && a.tone == b.tone &&
           a.histogram == b.histogram;
  };
  return std::equal(sections.begin(), sections.end(), m_sections.begin(), m_sections.end(),
                    [&](const DetailSection& wanted, const DetailSection& shown) {
                      if (wanted.title != shown.title) return false;
                      const bool filledLater = wanted.entries.empty() && m_fill;
                      return filledLater || std::equal(wanted.entries.begin(), wanted.entries.end(),
                                                       shown.entries.begin(), shown.entries.end(), sameEntry);
                    });
}

void DetailsModel::setFilter(const QString& filter) {
  const QStringList words = filter.simplified().split(u' ', Qt::SkipEmptyParts);
  if (words == m_words) return;
  beginResetModel();
  m_words = words;
  rebuild();
  endResetModel();
}

size_t DetailsModel::entryCount() const {
  size_t count = 0;
  for (const DetailSection& s : m_sections) count += s.entries.size();
  return count;
}

bool DetailsModel::matches(const DetailEntry& entry) const {
  return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
    return entry.key.contains(word, Qt::CaseInsensitive) || entry.text.contains(word, Qt::CaseInsensitive) ||
           entry.tip.contains(word, Qt::CaseInsensitive);
  });
}

void DetailsModel::rebuild() {
  m_rows.clear();
  m_hidden.assign(m_sections.size(), 0);
  for (uint32_t s = 0; s < m_sections.size(); ++s) {
    const DetailSection& section = m_sections[s];
    const bool titleMatches = !m_words.isEmpty() && matches(plainTitle(section));
    std::vector<Row> rows;
    if (!section.collapsed) {
      for (uint32_t e = 0; e < section.entries.size(); ++e) {
        if (m_words.isEmpty() || titleMatches || matches(section.entries[e])) {
          rows.push_back({RowKind::Entry, s, e});
        }
      }
    }
    if (!m_words.isEmpty() && rows.empty() && !titleMatches) continue;
    if (!section.title.isEmpty()) m_rows.push_back({RowKind::Heading, s, 0});
    const size_t shown = std::min(rows.size(), m_lines[s]);
    m_hidden[s] = rows.size() - shown;
    m_rows.insert(m_rows.end(), rows.begin(), rows.begin() + static_cast<ptrdiff_t>(shown));
    if (m_hidden[s] > 0) m_rows.push_back({RowKind::More, s, 0});
  }
}

DetailEntry DetailsModel::plainTitle(const DetailSection& section) {
  DetailEntry entry;
  entry.key = section.title;
  return entry;
}

DetailsModel::RowKind DetailsModel::kind(int row) const {
  return at(row).kind;
}

const DetailSection& DetailsModel::section(int row) const {
  return m_sections[at(row).section];
}

const DetailEntry& DetailsModel::entry(int row) const {
  return m_sections[at(row).section].entries[at(row).entry];
}

bool DetailsModel::isExpanded(int row) const {
  return m_expanded[at(row).section][at(row).entry];
}

bool DetailsModel::toggle(int row) {
  const Row clicked = at(row);
  DetailSection& section = m_sections[clicked.section];
  if (clicked.kind == RowKind::Entry) {
    if (!section.entries[clicked.entry].block) return false;
    m_expanded[clicked.section][clicked.entry].flip();
    Q_EMIT dataChanged(index(row), index(row));
    return true;
  }
  beginResetModel();
  if (clicked.kind == RowKind::More) {
    m_lines[clicked.section] *= 10;
  } else {
    section.collapsed = !section.collapsed;
    if (section.entries.empty() && m_fill) {
      section.entries = m_fill(section.title);
      m_expanded[clicked.section].assign(section.entries.size(), true);
    }
  }
  rebuild();
  endResetModel();
  return true;
}

void DetailsModel::setNote(int row, const QString& note) {
  DetailEntry& entry = m_sections[at(row).section].entries[at(row).entry];
  entry.text = note;
  entry.tone = DetailTone::Muted;
  entry.target.reset();
  Q_EMIT dataChanged(index(row), index(row));
}

int DetailsModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant DetailsModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Row& row = at(index.row());
  const DetailSection& section = m_sections[row.section];
  if (row.kind == RowKind::Heading) {
    return role == Qt::DisplayRole || role == KeyRole ? QVariant(section.title) : QVariant();
  }
  if (row.kind == RowKind::More) {
    if (role != Qt::DisplayRole) return {};
    return tr("Show more (%1 left)").arg(QString::fromStdString(countText(m_hidden[row.section])));
  }
  const DetailEntry& entry = section.entries[row.entry];
  switch (role) {
    case Qt::DisplayRole:
      return entry.text;
    case KeyRole:
      return entry.key;
    case CopyRole:
      return copyText(entry);
    case Qt::AccessibleTextRole:
      return entry.key.isEmpty() ? entry.text : entry.key + QStringLiteral(": ") + entry.text;
    case Qt::ToolTipRole:
      return plainToolTip(entry.tip);
    default:
      return {};
  }
}

}  // namespace waybill::ui
