// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/templates.h"

#include <algorithm>
#include <array>

namespace waybill::analysis {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isHexLetter(char c) { return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool isWord(char c) { return isDigit(c) || isLetter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string_view cut(std::string_view text) { return text.substr(0, Templated::kMaxTemplateBytes); }

bool isSameWord(std::string_view word, std::string_view upperCase) {
  return std::equal(word.begin(), word.end(), upperCase.begin(), upperCase.end(),
                    [](char w, char u) { return upper(w) == u; });
}

// What agents and collectors write where a value was: '?', ***, xxxx, REDACTED, [Filtered], <masked>.
bool isRemovedValue(std::string_view value) {
  constexpr std::string_view kFrames = "'\"[](){}<>* ";
  constexpr size_t kShortestRow = 3;  // "x" may be a value, "xxx" is none
  if (value == "?" || value == "'?'" || value == "\"?\"") return true;
  const size_t begin = value.find_first_not_of(kFrames);
  if (begin == std::string_view::npos) return value.find('*') != std::string_view::npos;
  value = value.substr(begin, value.find_last_not_of(kFrames) - begin + 1);
  if (value.size() >= kShortestRow && value.find_first_not_of("xX") == std::string_view::npos) return true;
  for (const std::string_view word : {"REDACTED", "FILTERED", "MASKED", "SANITIZED", "OBFUSCATED", "REMOVED"}) {
    if (isSameWord(value, word)) return true;
  }
  return false;
}

class Parts {
 public:
  void parameter(std::string_view value) {
    if (isRemovedValue(value)) return placeholder();
    m_out.parametersHash = mixHash(m_out.parametersHash, stableHash(value));
    ++m_out.parameters;
  }
  void placeholder() { m_placeholder = true; }
  std::string& text() { return m_out.text; }
  const std::string& text() const { return m_out.text; }
  Templated take() {
    m_out.erased = m_placeholder;
    return std::move(m_out);
  }

 private:
  Templated m_out;
  bool m_placeholder = false;
};

// One statement, from left to right.
class SqlReader {
 public:
  explicit SqlReader(std::string_view statement) : m_in(cut(statement)), m_isJson(startsAsJson(m_in)) {}

  Templated read() {
    m_parts.text().reserve(m_in.size());
    while (m_at < m_in.size()) step();
    while (!m_parts.text().empty() && (m_parts.text().back() == ' ' || m_parts.text().back() == ';')) {
      m_parts.text().pop_back();
    }
    return m_parts.take();
  }

 private:
  static bool startsAsJson(std::string_view text) {
    const size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  }
  char at(size_t i) const { return i < m_in.size() ? m_in[i] : '\0'; }
  // What begins a placeholder with a name or number.
  bool isMarker(char c) const { return c == '$' || c == '@' || (c == ':' && !m_isJson); }

  void step() {
    const char c = m_in[m_at], next = at(m_at + 1);
    if (isSpace(c)) return ++m_at, blank();
    if ((c == '-' && next == '-') || c == '#') return skipTo("\n"), blank();
    if (c == '/' && next == '*') return skipTo("*/"), blank();
    if (c == '"' && isValue()) return quoted('"');
    if (c == '\'') return quoted('\'');
    if (c == '"' || c == '`') return identifier(c);
    if (isDigit(c) || (c == '.' && isDigit(next)) || (c == '-' && isDigit(next) && afterOperator())) {
      return number();
    }
    if (isWord(c)) return word();
    if (c == '%' && (next == 's' || next == '(')) return format();
    if (c == '$' && isDollarQuote()) return dollarQuoted();
    if (c == '?' || (isMarker(c) && isWord(next) && at(m_at - 1) != c)) {
      ++m_at;
      while (isWord(at(m_at))) ++m_at;
      return placeholder();
    }
    if (c == ')' || (c == ']' && m_isJson)) return ++m_at, closeList(c == ')' ? '(' : '[', c);
    m_parts.text().push_back(c);
    ++m_at;
  }

  void blank() {
    if (!m_parts.text().empty() && m_parts.text().back() != ' ') m_parts.text().push_back(' ');
  }
  void skipTo(std::string_view end) {
    const size_t found = m_in.find(end, m_at);
    m_at = found == std::string_view::npos ? m_in.size() : found + end.size();
  }
  bool afterOperator() const {
    const std::string_view before = m_parts.text();
    const size_t last = before.find_last_not_of(' ');
    return last == std::string_view::npos || std::string_view("=<>(,+*/:[").find(before[last]) != std::string_view::npos;
  }
  // Double quotes hold a name in SQL, but a value in JSON where no colon follows, and in MySQL where a name would go on
  // with a point.
  bool isValue() const {
    if (m_isJson) {
      const size_t end = m_in.find('"', m_at + 1);
      return end == std::string_view::npos || at(std::min(m_in.find_first_not_of(' ', end + 1), m_in.size())) != ':';
    }
    const std::string_view before = m_parts.text();
    const size_t last = before.find_last_not_of(' ');
    if (last == std::string_view::npos) return false;
    if (before[last] == ':') return true;
    if (before[last] != '=' && before[last] != '<' && before[last] != '>') return false;
    const size_t close = m_in.find('"', m_at + 1);
    return close == std::string_view::npos || at(close + 1) != '.';
  }
  void quoted(char mark) {
    const size_t begin = m_at++;
    while (m_at < m_in.size()) {
      if (m_in[m_at] == '\\') {
        m_at += 2;
      } else if (m_in[m_at] == mark && at(m_at + 1) == mark) {
        m_at += 2;
      } else if (m_in[m_at++] == mark) {
        break;
      }
    }
    m_at = std::min(m_at, m_in.size());
    literal(m_in.substr(begin, m_at - begin));
  }
  // "%s", and "%(id_1)s" of drivers that name their parameters.
  void format() {
    if (at(m_at + 1) == '(') m_at = std::min(m_in.find(')', m_at), m_in.size() - 1);
    m_at = std::min(m_at + (at(m_at) == ')' ? 1 : 2), m_in.size());
    if (at(m_at - 1) == ')' && isLetter(at(m_at))) ++m_at;
    placeholder();
  }
  // "$$text$$" and "$tag$text$tag$".
  size_t dollarMark() const {
    size_t end = m_at + 1;
    while (isWord(at(end))) ++end;
    return at(end) == '$' ? end + 1 - m_at : 0;
  }
  bool isDollarQuote() const { return !isDigit(at(m_at + 1)) && dollarMark() > 0; }
  void dollarQuoted() {
    const size_t begin = m_at;
    const std::string_view mark = m_in.substr(m_at, dollarMark());
    m_at += mark.size();
    skipTo(mark);
    literal(m_in.substr(begin, m_at - begin));
  }
  void identifier(char quote) {
    const size_t begin = m_at;
    const size_t end = m_in.find(quote, m_at + 1);
    m_at = end == std::string_view::npos ? m_in.size() : end + 1;
    m_parts.text().append(m_in.substr(begin, m_at - begin));
  }
  void number() {
    const size_t begin = m_at++;
    while (isWord(at(m_at)) || at(m_at) == '.') ++m_at;
    literal(m_in.substr(begin, m_at - begin));
  }
  void word() {
    const size_t begin = m_at;
    while (isWord(at(m_at)) || (at(m_at) == '$' && m_at > begin)) ++m_at;
    m_parts.text().append(m_in.substr(begin, m_at - begin));
  }
  void literal(std::string_view value) {
    m_parts.parameter(value);
    mark();
  }
  void placeholder() {
    m_parts.placeholder();
    mark();
  }
  void mark() { m_parts.text().push_back('?'); }

  // "(?, ?, ?)" says no more than "(?)", nor does "(?), (?)".
  void closeList(char opening, char closing) {
    std::string& text = m_parts.text();
    size_t open = text.size();
    size_t marks = 0;
    while (open > 0 && (text[open - 1] == '?' || text[open - 1] == ',' || text[open - 1] == ' ')) {
      marks += text[--open] == '?' ? 1 : 0;
    }
    if (marks == 0 || open == 0 || text[open - 1] != opening) {
      text.push_back(closing);
      return;
    }
    text.resize(open);
    text.append("?").push_back(closing);
    for (const std::string_view twice : {std::string_view("(?), (?)"), std::string_view("(?),(?)")}) {
      if (text.ends_with(twice)) text.resize(text.size() - twice.size() + 3);
    }
  }

  std::string_view m_in;
  bool m_isJson;
  size_t m_at = 0;
  Parts m_parts;
};

bool isUuid(std::string_view word) {
  if (word.size() != 36) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? word[i] != '-' : !isDigit(word[i]) && !isHexLetter(word[i])) return false;
  }
  return true;
}

bool isVerb(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kVerbs{"SELECT", "INSERT", "UPDATE", "DELETE",
                                                          "WITH",   "MERGE",  "CALL",   "REPLACE"};
  return std::any_of(kVerbs.begin(), kVerbs.end(), [&](std::string_view verb) {
    return std::equal(verb.begin(), verb.end(), word.begin(), word.end(),
                      [](char v, char w) { return v == upper(w); });
  });
}

// A word of a name, or a segment of a path: an id as a whole, or with numbers as parts ("order-12345").
void addWord(std::string_view word, Parts& parts) {
  constexpr size_t kShortestNumber = 3;
  if (looksLikeId(word)) {
    parts.parameter(word);
    parts.text() += "{id}";
    return;
  }
  for (size_t begin = 0; begin <= word.size();) {
    const size_t end = std::min(word.find_first_of("-_:.,=", begin), word.size());
    const std::string_view part = word.substr(begin, end - begin);
    const bool number = std::all_of(part.begin(), part.end(), isDigit);
    if ((number && part.size() >= kShortestNumber && part.size() < word.size()) ||
        (part.size() < word.size() && looksLikeId(part) && !number)) {
      parts.parameter(part);
      parts.text() += "{id}";
    } else {
      parts.text().append(part);
    }
    if (end < word.size()) parts.text().push_back(word[end]);
    begin = end + 1;
  }
}

void addPath(std::string_view path, Parts& parts) {
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (!segment.empty() && (std::string_view(":{<").find(segment.front()) != std::string_view::npos ||
                             isRemovedValue(segment))) {
      parts.placeholder();  // a route: ":id", "{id}", "<id>"
      parts.text().append(segment);
    } else {
      addWord(segment, parts);
    }
    if (end < path.size()) parts.text().push_back('/');
    begin = end + 1;
  }
}

void addQuery(std::string_view query, Parts& parts) {
  for (size_t begin = 0; begin <= query.size();) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view pair = query.substr(begin, end - begin);
    const size_t equals = pair.find('=');
    parts.text().push_back(begin == 0 ? '?' : '&');
    parts.text().append(pair.substr(0, equals));
    if (equals != std::string_view::npos) {
      parts.parameter(pair.substr(equals + 1));
      parts.text() += "=?";
    }
    begin = end + 1;
  }
}

void addUrl(std::string_view url, Parts& parts) {
  url = url.substr(0, url.find('#'));
  const size_t question = url.find('?');
  std::string_view path = url.substr(0, question);
  if (const size_t scheme = path.find("://"); scheme != std::string_view::npos) {
    path.remove_prefix(scheme + 3);
    const size_t slash = std::min(path.find('/'), path.size());
    const size_t at = path.substr(0, slash).rfind('@');
    if (at != std::string_view::npos) path.remove_prefix(at + 1);
    const size_t hostEnd = std::min(path.find('/'), path.size());
    parts.text().append(path.substr(0, hostEnd));
    path.remove_prefix(hostEnd);
  }
  addPath(path, parts);
  if (question != std::string_view::npos) addQuery(url.substr(question + 1), parts);
}

}  // namespace

uint64_t mixHash(uint64_t a, uint64_t b) {
  uint64_t x = a * 0x9E3779B97F4A7C15u + b + 0x632BE59BD9B4E019u;  // splitmix64
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

uint64_t stableHash(std::string_view text, uint64_t seed) {
  uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return mixHash(h, seed);
}

bool looksLikeId(std::string_view word) {
  constexpr size_t kShortestHash = 8, kShortestToken = 16;
  if (word.empty()) return false;
  size_t digits = 0, hex = 0, letters = 0, joints = 0;
  for (const char c : word) {
    digits += isDigit(c) ? 1 : 0;
    hex += isHexLetter(c) ? 1 : 0;
    letters += isLetter(c) ? 1 : 0;
    joints += c == '-' || c == '_' ? 1 : 0;
  }
  if (digits == word.size() || isUuid(word)) return true;
  if (digits + hex == word.size() && digits > 0 && word.size() >= kShortestHash) return true;
  return digits + letters + joints == word.size() && word.size() >= kShortestToken && digits * 5 >= word.size() &&
         joints * 8 <= word.size();
}

Templated sqlTemplate(std::string_view statement) { return SqlReader(statement).read(); }

Templated commandTemplate(std::string_view command) {
  Parts parts;
  const std::string_view text = cut(command);
  const size_t verbEnd = std::min(text.find(' '), text.size());
  parts.text().append(text.substr(0, verbEnd));
  if (verbEnd == text.size()) return parts.take();
  const std::string_view arguments = text.substr(verbEnd + 1);
  if (arguments.find_first_not_of("? ") == std::string_view::npos) {
    parts.placeholder();
    parts.text() += " ?";
    return parts.take();
  }
  // What stands before the id names the kind of thing: "session:", "cart:items:".
  const std::string_view key = arguments.substr(0, arguments.find(' '));
  size_t prefix = 0;
  for (size_t colon = key.find(':'); colon != std::string_view::npos; colon = key.find(':', prefix)) {
    if (looksLikeId(key.substr(prefix, colon - prefix))) break;
    prefix = colon + 1;
  }
  parts.parameter(arguments);
  parts.text().append(" ").append(key.substr(0, prefix)).append("?");
  return parts.take();
}

Templated urlTemplate(std::string_view url) {
  Parts parts;
  addUrl(cut(url), parts);
  return parts.take();
}

Templated nameTemplate(std::string_view spanName) {
  const std::string_view name = cut(spanName);
  const size_t firstBlank = name.find(' ');
  if (firstBlank != std::string_view::npos && isVerb(name.substr(0, firstBlank))) return sqlTemplate(name);
  Parts parts;
  if (std::none_of(name.begin(), name.end(), [](char c) { return isDigit(c) || c == '?'; })) {
    parts.text() = name;  // most names: nothing in it can be an id
    return parts.take();
  }
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find(' ', begin), name.size());
    const std::string_view word = name.substr(begin, end - begin);
    if (word.find('/') != std::string_view::npos) {
      addUrl(word, parts);
    } else {
      addWord(word, parts);
    }
    if (end < name.size()) parts.text().push_back(' ');
    begin = end + 1;
  }
  return parts.take();
}

}  // namespace waybill::analysis
