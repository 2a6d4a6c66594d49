// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "query/filter_text.h"

#include <array>
#include <cmath>
#include <utility>

#include "base/ascii.h"
#include "otlp/span_view.h"
#include "query/fold_case.h"

namespace waybill::query {
namespace {

constexpr bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool isKeyChar(char c) {
  return isLetter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '/' || c == ':';
}

std::string quoted(std::string_view text) { return "“" + std::string(text) + "”"; }

constexpr std::array<std::pair<std::string_view, Operator>, 7> kOperators{{{"!=", Operator::NotEqual},
                                                                          {">=", Operator::GreaterOrEqual},
                                                                          {"<=", Operator::LessOrEqual},
                                                                          {"=", Operator::Equal},
                                                                          {">", Operator::Greater},
                                                                          {"<", Operator::Less},
                                                                          {"~", Operator::Contains}}};

constexpr std::array<std::pair<std::string_view, Field>, 5> kIntrinsics{{{"service", Field::Service},
                                                                        {"name", Field::Name},
                                                                        {"status", Field::Status},
                                                                        {"kind", Field::Kind},
                                                                        {"duration", Field::Duration}}};

constexpr std::array<std::pair<std::string_view, AttributeScope>, 3> kScopes{{{"span.", AttributeScope::Span},
                                                                             {"scope.", AttributeScope::Scope},
                                                                             {"resource.", AttributeScope::Resource}}};

// Nanoseconds of "100ms", "1.5s" …; none for anything else.
std::optional<int64_t> durationOf(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 8> kUnits{{{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6},
                                                                      {"s", 1e9}, {"min", 60e9}, {"m", 60e9}, {"h", 3600e9}}};
  for (const auto& [unit, factor] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto number = numberOf(trimmed(text.substr(0, text.size() - unit.size())));
    if (!number || std::abs(*number * factor) > 9e18) continue;
    return static_cast<int64_t>(std::llround(*number * factor));
  }
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : m_text(text) {}

  FilterText read() {
    for (skipBlanks(); m_at < m_text.size(); skipBlanks()) {
      m_begin = m_at;
      if (m_out.words.size() + m_out.terms.size() == kMostItems) {
        m_at = m_text.size();
        mistake("More than " + std::to_string(kMostItems) + " words and terms cannot be joined");
        break;
      }
      readItem();
    }
    return std::move(m_out);
  }

  std::optional<Term> readKeyAlone() {
    if (m_text.empty()) return std::nullopt;
    const bool isQuoted = m_text[0] == '"';
    Term term;
    term.key = isQuoted ? readQuoted().value_or(std::string()) : readBareKey();
    if (term.key.empty() || m_at < m_text.size()) return std::nullopt;
    if (!isQuoted) takeKey(term);
    return term;
  }

 private:
  void skipBlanks() {
    while (m_at < m_text.size() && isBlank(m_text[m_at])) ++m_at;
  }

  void mistake(std::string sentence) {
    if (!m_out.mistake) m_out.mistake = Mistake{m_begin, m_at, std::move(sentence)};
  }

  // In quotes, in which \ takes the next character as it is. None, and a mistake, when they do not close.
  std::optional<std::string> readQuoted() {
    std::string out;
    for (++m_at; m_at < m_text.size(); ++m_at) {
      if (m_text[m_at] == '"') {
        ++m_at;
        return out;
      }
      if (m_text[m_at] == '\\' && m_at + 1 < m_text.size()) ++m_at;
      out += m_text[m_at];
    }
    mistake("The closing quote is missing");
    return std::nullopt;
  }

  std::string readBare() {
    const size_t begin = m_at;
    while (m_at < m_text.size() && !isBlank(m_text[m_at])) ++m_at;
    return std::string(m_text.substr(begin, m_at - begin));
  }

  std::optional<Operator> readOperator() {
    for (const auto& [sign, op] : kOperators) {
      if (!m_text.substr(m_at).starts_with(sign)) continue;
      m_at += sign.size();
      return op;
    }
    return std::nullopt;
  }

  // A key that is not quoted; empty when none begins here.
  std::string readBareKey() {
    std::string key;
    if (m_at >= m_text.size() || !(isLetter(m_text[m_at]) || m_text[m_at] == '.')) return key;
    while (m_at < m_text.size() && isKeyChar(m_text[m_at])) key += m_text[m_at++];
    // Not an arrow, nor three dots.
    if (key.back() == '-' || key.find_first_not_of('.') == std::string::npos) key.clear();
    return key;
  }

  void readItem() {
    const bool negated = m_text[m_at] == '!';
    if (negated) ++m_at;
    const bool isQuoted = m_at < m_text.size() && m_text[m_at] == '"';
    std::string key;
    if (isQuoted) {
      auto text = readQuoted();
      if (!text) return;
      key = std::move(*text);
    } else {
      key = readBareKey();
    }
    const size_t afterKey = m_at;
    skipBlanks();
    if (!key.empty()) {
      if (const auto op = readOperator()) return readTerm(key, isQuoted, *op, negated);
    }
    const bool isQuotedWord = isQuoted && !negated;
    m_at = isQuotedWord ? afterKey : m_begin;
    if (!isQuotedWord) key = readBare();
    if (!isQuotedWord && (key == "&&" || key == "||")) return mistake("Terms are joined by a blank: all of them must hold");
    if (!key.empty()) m_out.words.push_back(foldCase(key));
  }

  void readTerm(const std::string& key, bool isQuoted, Operator op, bool negated) {
    if (op == Operator::Equal && m_text.substr(m_at).starts_with('~')) {
      readBare();
      return mistake("=~ is no comparison here: ~ means contains");
    }
    skipBlanks();
    if (m_at >= m_text.size()) return mistake("A value is missing after " + std::string(m_text.substr(m_begin)));
    std::string value;
    if (m_text[m_at] == '"') {
      auto text = readQuoted();
      if (!text) return;
      value = std::move(*text);
    } else {
      value = readBare();
    }
    Term term;
    term.negated = negated;
    term.key = key;
    term.begin = m_begin;
    term.end = m_at;
    term.comparison = Comparison(op, value);
    if (!isQuoted) takeKey(term);
    if (check(term, value)) m_out.terms.push_back(std::move(term));
  }

  // What the key means: a field of every span, or an attribute, maybe with its scope. A key in quotes is always the
  // name of an attribute, and so is what follows a leading full stop.
  static void takeKey(Term& term) {
    for (const auto& [name, field] : kIntrinsics) {
      if (term.key == name) term.field = field;
    }
    if (term.key.starts_with('.')) {
      term.key.erase(0, 1);
      return;
    }
    for (const auto& [prefix, scope] : kScopes) {
      if (!term.key.starts_with(prefix) || term.key.size() == prefix.size()) continue;
      term.scope = scope;
      term.key.erase(0, prefix.size());
      return;
    }
  }

  bool check(Term& term, const std::string& value) {
    const Operator op = term.comparison.op();
    const bool same = op == Operator::Equal || op == Operator::NotEqual;
    const bool ordered = !same && op != Operator::Contains;
    switch (term.field) {
      case Field::Attribute:
        if (!ordered || term.comparison.isNumber()) return true;
        return refuse(quoted(value) + " is no number");
      case Field::Service:
      case Field::Name:
        return !ordered || refuse(term.key + " is a text: compare it with =, != or ~");
      case Field::Status:
        for (int code = 0; code <= 2; ++code) {
          term.status = static_cast<otlp::StatusCode>(code);
          if (same && equalsIgnoringCase(otlp::statusName(term.status), value)) return true;
        }
        return refuse("status is (=) or is not (!=) error, ok or unset");
      case Field::Kind:
        for (int kind = 0; kind <= 5; ++kind) {
          term.kind = static_cast<otlp::SpanKind>(kind);
          if (same && equalsIgnoringCase(otlp::kindName(term.kind), value)) return true;
        }
        return refuse("kind is (=) or is not (!=) server, client, producer, consumer, internal or unspecified");
      case Field::Duration:
        break;
    }
    const auto duration = durationOf(value);
    if (!duration) return refuse("A duration is a number and a unit: 100ms, 1.5s, 20us");
    if (op == Operator::Contains) return refuse("duration is a number: compare it with =, !=, <, <=, > or >=");
    term.durationNs = *duration;
    return true;
  }

  bool refuse(std::string sentence) {
    mistake(std::move(sentence));
    return false;
  }

  std::string_view m_text;
  size_t m_at = 0;
  size_t m_begin = 0;  // of the item
  FilterText m_out;
};

}  // namespace

FilterText readFilter(std::string_view text) { return Reader(text).read(); }
std::optional<Term> readKey(std::string_view text) { return Reader(text).readKeyAlone(); }

std::string quotedValue(std::string_view value) {
  // After "=" a "~" would be another operator.
  const bool bare =
      !value.empty() && value[0] != '~' && value.find_first_of(" \t\r\n\"") == std::string_view::npos;
  if (bare) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace waybill::query
