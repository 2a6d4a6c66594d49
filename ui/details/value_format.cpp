// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details/value_format.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QRegularExpression>
#include <algorithm>
#include <string>

#include "base/json_writer.h"
#include "base/time_text.h"
#include "otlp/json_text.h"
#include "ui/theme/controls.h"

namespace waybill::ui {
namespace {

constexpr qsizetype kLongestLine = 160;  // characters; longer values become blocks
constexpr qsizetype kLongestInlineJson = 60;
constexpr int kDeepestIndent = 24;  // levels; beyond, blanks would outgrow the text

struct Texts {
  Q_DECLARE_TR_FUNCTIONS(Details)
};

bool isStatementKey(std::string_view key) {
  return key == "db.statement" || key == "db.query.text";
}

bool isNumber(otlp::ValueType type) {
  return type == otlp::ValueType::Int || type == otlp::ValueType::Double || type == otlp::ValueType::Bool;
}

// Where a quoted text that begins at `at` ends (one past the closing quote).
qsizetype afterQuoted(const QString& text, qsizetype at, bool backslashEscapes) {
  const QChar quote = text[at++];
  while (at < text.size() && text[at] != quote) at += backslashEscapes && text[at] == u'\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

void setString(DetailEntry& entry, std::string_view key, std::string_view value) {
  const QString shown = blockText(value);
  QString formatted = isStatementKey(key) ? brokenSql(shown) : indentedJson(shown);
  entry.block = formatted.contains(u'\n') || formatted.size() > kLongestLine;
  entry.text = std::move(formatted);
  if (value.empty()) {
    entry.text = Texts::tr("(empty)");
    entry.tone = DetailTone::Muted;
  }
}

void setStructure(DetailEntry& entry, const otlp::ValueView& value) {
  const std::string compact = otlp::valueText(value);
  if (compact.size() <= kLongestInlineJson || value.type() == otlp::ValueType::Bytes) {
    entry.text = blockText(compact);
    entry.block = entry.text.size() > kLongestLine;
    return;
  }
  std::string pretty;
  JsonWriter json(pretty, true);
  otlp::writePlainJson(json, value);
  entry.text = blockText(pretty);
  entry.block = true;
}

}  // namespace

DetailEntry attributeEntry(const QString& key, const otlp::AttributeView& attribute) {
  DetailEntry entry;
  entry.key = key.isEmpty() ? Texts::tr("(no key)") : key;
  entry.value = attribute.value;
  const otlp::ValueType type = attribute.value.type();
  entry.tip = lineText(attribute.key) + QStringLiteral(" · ") + lineText(otlp::typeName(type));
  if (type == otlp::ValueType::Empty) {
    entry.text = Texts::tr("(no value)");
    entry.tone = DetailTone::Muted;
  } else if (type == otlp::ValueType::String) {
    setString(entry, attribute.key, attribute.value.string());
  } else if (isNumber(type)) {
    entry.text = lineText(otlp::valueText(attribute.value));
    entry.tone = DetailTone::Number;
  } else {
    setStructure(entry, attribute.value);
  }
  return entry;
}

QString copyText(const DetailEntry& entry) {
  return entry.value ? fromUtf8(otlp::valueText(*entry.value)) : entry.text;
}

QString blockText(std::string_view utf8) {
  std::string_view shown = utf8.substr(0, kShownBytes);
  const bool cut = shown.size() < utf8.size();
  // Not in the middle of a character.
  while (cut && !shown.empty() && (static_cast<unsigned char>(utf8[shown.size()]) & 0xC0) == 0x80) {
    shown.remove_suffix(1);
  }
  QString out = fromUtf8(shown);
  out.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
  out.replace(u'\t', QStringLiteral("    "));
  for (QChar& c : out) {
    if (c != u'\n' && c.category() == QChar::Other_Control) c = u' ';
  }
  while (out.endsWith(u'\n')) out.chop(1);
  if (cut) {
    out +=
        u'\n' +
        Texts::tr("… %1 in all; copying takes all of it").arg(QString::fromStdString(bytesText(utf8.size())));
  }
  return out;
}

QString indentedJson(const QString& text) {
  const QString trimmed = text.trimmed();
  const bool looks = (trimmed.startsWith(u'{') && trimmed.endsWith(u'}')) ||
                     (trimmed.startsWith(u'[') && trimmed.endsWith(u']'));
  if (!looks || trimmed.size() <= kLongestInlineJson || trimmed.contains(u'\n')) return text;
  if (QJsonDocument::fromJson(trimmed.toUtf8()).isNull()) return text;
  QString out;
  int depth = 0;
  const auto breakLine = [&] { out += u'\n' + QString(2 * std::min(depth, kDeepestIndent), u' '); };
  for (qsizetype i = 0; i < trimmed.size();) {
    const QChar c = trimmed[i];
    if (c.isSpace()) {
      ++i;
      continue;
    }
    const bool closes = c == u'}' || c == u']';
    const bool wasOpened = out.endsWith(u'{') || out.endsWith(u'[');
    if (closes) --depth;
    // Before what closes a list that holds something, and before the first thing in one.
    if (closes != wasOpened) breakLine();
    const qsizetype end = c == u'"' ? afterQuoted(trimmed, i, true) : i + 1;
    out += QStringView(trimmed).mid(i, end - i);
    i = end;
    if (c == u'{' || c == u'[') ++depth;
    if (c == u',') breakLine();
    if (c == u':') out += u' ';
  }
  return out;
}

QString brokenSql(const QString& text) {
  if (text.contains(u'\n') || text.size() < 40) return text;
  static const QRegularExpression clause(
      QStringLiteral(
          "\\b(FROM|WHERE|AND|OR|ORDER BY|GROUP BY|HAVING|LIMIT|OFFSET|VALUES|SET|UNION(?: ALL)?|RETURNING|"
          "ON CONFLICT|(?:LEFT |RIGHT |INNER |OUTER |FULL |CROSS )*JOIN)\\b"),
      QRegularExpression::CaseInsensitiveOption);
  QString out;
  qsizetype done = 0, depth = 0;
  for (qsizetype i = 0; i < text.size();) {
    const QChar c = text[i];
    if (c == u'\'' || c == u'"' || c == u'`') {
      i = afterQuoted(text, i, false);
      continue;
    }
    depth += c == u'(' ? 1 : c == u')' ? -1 : 0;
    const bool wordStart = i > 0 && text[i - 1] == u' ' && depth == 0;
    if (wordStart) {
      const auto match = clause.match(text, i, QRegularExpression::NormalMatch,
                                      QRegularExpression::AnchorAtOffsetMatchOption);
      if (match.hasMatch()) {
        out += QStringView(text).mid(done, i - 1 - done);
        const QString word = match.captured(1).toUpper();
        out += word == QStringLiteral("AND") || word == QStringLiteral("OR") ? QStringLiteral("\n  ")
                                                                             : QStringLiteral("\n");
        done = i;
        i = match.capturedEnd();
        continue;
      }
    }
    ++i;
  }
  return out + QStringView(text).mid(done);
}

}  // namespace waybill::ui
