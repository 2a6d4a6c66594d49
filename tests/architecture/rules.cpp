// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "architecture/rules.h"

#include <algorithm>
#include <optional>
#include <regex>

#include "architecture/house.h"

namespace waybill::architecture {
namespace {

bool contains(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::string_view next = words.substr(0, words.find(' '));
    if (next == word) return true;
    words.remove_prefix(std::min(words.size(), next.size() + 1));
  }
  return false;
}

bool endsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool startsWith(std::string_view text, std::string_view begin) {
  return text.substr(0, begin.size()) == begin;
}

std::string_view firstFolder(std::string_view path) {
  const size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view fileName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view stem(std::string_view path) {
  path = fileName(path);
  return path.substr(0, path.rfind('.'));
}

// The layer a file belongs to: its folder in src, or "ui"; empty for others.
std::string_view layerOf(std::string_view path) {
  if (startsWith(path, "ui/")) return "ui";
  if (startsWith(path, "src/")) return firstFolder(path.substr(4));
  return {};
}

// The folder of a file or header of ui: "timeline" of "ui/timeline/x.h", empty in the root of ui.
std::string_view uiFolder(std::string_view path) {
  return firstFolder(path.substr(3));
}

const Layer* findLayer(std::string_view name) {
  const auto* at =
      std::find_if(kLayers.begin(), kLayers.end(), [&](const Layer& layer) { return layer.name == name; });
  return at == kLayers.end() ? nullptr : &*at;
}

struct Include {
  std::string header;
  bool ours = false;  // in quotes
};

std::optional<Include> includeOf(const std::string& line) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  std::smatch match;
  if (!std::regex_search(line, match, kInclude)) return std::nullopt;
  return Include{match[2], match[1] == "\""};
}

// The line without a comment at its end; quotes are respected.
std::string withoutComment(const std::string& line) {
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"') {
      quote = c;
    } else if (c == '/' && i + 1 < line.size() && line[i + 1] == '/') {
      return line.substr(0, i);
    }
  }
  return line;
}

// Calls rule(include) for each include; what it returns is why the include is wrong, empty when it is right.
template <typename Rule>
std::vector<Violation> checkIncludes(const SourceFile& file, Rule&& rule) {
  std::vector<Violation> found;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::optional<Include> include = includeOf(file.lines[i]);
    if (!include) continue;
    std::string why = rule(*include);
    if (!why.empty()) found.push_back({file.path, i + 1, std::move(why), file.lines[i]});
  }
  return found;
}

bool isGeneratedProtobuf(std::string_view header) {
  return endsWith(header, ".pb.h");
}

std::string whyNotInclude(const Layer& from, std::string_view header) {
  if (isGeneratedProtobuf(header) || endsWith(header, ".moc")) return {};
  const std::string_view target = firstFolder(header);
  if (target.empty() || target == "..") return "an include of ours begins with its layer";
  if (target == from.name || contains(from.mayInclude, target)) return {};
  if (contains(from.mayInclude, std::string(target) + ":i")) {
    const auto* shown = std::find_if(kInterfaces.begin(), kInterfaces.end(),
                                     [&](const Interface& interface) { return interface.layer == target; });
    if (contains(shown->headers, header.substr(target.size() + 1))) return {};
    return std::string(from.name) + " may include only the interface and the registry of " +
           std::string(target);
  }
  return std::string(from.name) + " may not include " + std::string(target);
}

bool isQt(const Include& include) {
  static const std::regex kQt(R"(^(Q[A-Z]\w*|Qt\w*/.*|q[a-z0-9_]+\.h)$)");
  return std::regex_match(include.header, kQt);
}

bool isConcreteFormat(std::string_view header) {
  return startsWith(header, "formats/") && endsWith(header, "_format.h") &&
         header != "formats/trace_format.h";
}

bool isConcreteBackend(std::string_view header) {
  return startsWith(header, "backends/") && endsWith(header, "_backend.h") &&
         header != "backends/trace_backend.h";
}

bool isConcreteView(std::string_view header) {
  return startsWith(header, "ui/") && endsWith(header, "_view.h") &&
         !contains(kSharedUiFolders, uiFolder(header));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Violation& violation) {
  out << violation.path;
  if (violation.line > 0) out << ':' << violation.line;
  out << ": " << violation.rule;
  if (!violation.text.empty()) out << "\n    " << violation.text;
  return out;
}

std::vector<Violation> checkArrows(const SourceFile& file) {
  const Layer* layer = findLayer(layerOf(file.path));
  if (layer == nullptr) return {};
  return checkIncludes(file, [layer](const Include& include) {
    return include.ours ? whyNotInclude(*layer, include.header) : std::string();
  });
}

std::vector<Violation> checkQt(const SourceFile& file) {
  const Layer* layer = findLayer(layerOf(file.path));
  if (layer == nullptr || layer->mayUseQt) return {};
  return checkIncludes(file, [layer](const Include& include) {
    return isQt(include) ? std::string(layer->name) + " does not know Qt" : std::string();
  });
}

std::vector<Violation> checkViews(const SourceFile& file) {
  // The root of ui (main, main_window) puts the house together; the registry lists the views.
  if (layerOf(file.path) != "ui" || uiFolder(file.path).empty() || fileName(file.path) == "registry.cpp")
    return {};
  const std::string_view own = uiFolder(file.path);
  return checkIncludes(file, [own](const Include& include) {
    if (!startsWith(include.header, "ui/")) return std::string();
    const std::string_view other = uiFolder(include.header);
    if (other == own || contains(kSharedUiFolders, other)) return std::string();
    return "ui/" + std::string(own) + " may include only itself and the shared folders of ui";
  });
}

std::vector<Violation> checkRegistries(const SourceFile& file) {
  if (layerOf(file.path).empty() || fileName(file.path) == "registry.cpp") return {};
  return checkIncludes(file, [&file](const Include& include) {
    const std::string_view header = include.header;
    const std::string_view folder = header.substr(0, header.rfind('/') + 1);
    const bool inItsFolder = file.path.find(folder) != std::string::npos;
    if (isConcreteFormat(header) || isConcreteBackend(header)) {
      const bool own = inItsFolder && stem(header) == stem(file.path);
      return own ? std::string() : std::string("only registry.cpp names a concrete format or backend");
    }
    if (startsWith(header, "analysis/detectors/") && !inItsFolder) {
      return std::string("only registry.cpp names a concrete detector");
    }
    if (isConcreteView(header) && !inItsFolder) return std::string("only registry.cpp names a concrete view");
    return std::string();
  });
}

std::vector<Violation> checkCharts(const SourceFile& file) {
  if (layerOf(file.path).empty() || startsWith(file.path, "ui/charts/")) return {};
  static const std::regex kCharts(
      R"(^(QtCharts\b.*|QChart\w*|Q\w*Series|Q\w*Axis|QLegend\w*|QBarSet|QPieSlice|QBoxSet|QCandlestick\w*|Q\w*ModelMapper)$)");
  return checkIncludes(file, [](const Include& include) {
    return !include.ours && std::regex_match(include.header, kCharts)
               ? std::string("Qt Charts only in ui/charts")
               : std::string();
  });
}

std::vector<Violation> checkColours(const SourceFile& file) {
  if (layerOf(file.path).empty() || startsWith(file.path, "ui/theme/")) return {};
  static const std::regex kColour(
      R"re(\bQColor\s*\w*\s*[({]\s*(\d|u?"|QStringLiteral|QLatin1|Qt::))re"
      R"re(|\bQColor::from\w+\s*\(\s*[\d.])re"
      R"re(|\bqRgba?\s*\(\s*[\d.])re"
      R"re(|\bQRgba?64::from\w+\s*\(\s*[\d.])re"
      R"re(|("|:\s*)#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b)re"
      R"re(|\brgba?\s*\(\s*\d)re"
      R"re(|\bQt::(black|white|(dark|light)?([Gg]ray|[Rr]ed|[Gg]reen|[Bb]lue|[Cc]yan|[Mm]agenta|[Yy]ellow))\b)re"
      R"re(|\bQColorConstants\b|\bQRgb\b.*\b0x)re");
  std::vector<Violation> found;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::string code = withoutComment(file.lines[i]);
    if (std::regex_search(code, kColour)) {
      found.push_back({file.path, i + 1, "only ui/theme names a colour", file.lines[i]});
    }
  }
  return found;
}

std::vector<Violation> checkProtobuf(const SourceFile& file) {
  const std::string_view layer = layerOf(file.path);
  if (layer.empty() || contains(kProtobufLayers, layer)) return {};
  return checkIncludes(file, [](const Include& include) {
    return isGeneratedProtobuf(include.header)
               ? "generated protobuf headers only in " + std::string(kProtobufLayers) + " and tests"
               : std::string();
  });
}

std::vector<Violation> checkLicence(const SourceFile& file) {
  static const std::regex kCopyright(R"(^(//|#) SPDX-FileCopyrightText: .*\S$)");
  static const std::regex kLicence(R"(^(//|#) SPDX-License-Identifier: \S+$)");
  // Scripts begin with the line that names their interpreter.
  const size_t first = !file.lines.empty() && startsWith(file.lines[0], "#!") ? 1 : 0;
  if (file.lines.size() >= first + 2 && std::regex_match(file.lines[first], kCopyright) &&
      std::regex_match(file.lines[first + 1], kLicence)) {
    return {};
  }
  return {{file.path, first + 1, "the two SPDX lines are missing", file.lines.empty() ? "" : file.lines[0]}};
}

std::vector<Violation> checkSize(const SourceFile& file) {
  size_t limit = kMaxFileLines;
  if (file.path == "CMakeLists.txt") limit = kMaxRootCMakeLines;
  if (file.path == "ui/main_window.cpp") limit = kMaxMainWindowLines;
  if (file.lines.size() <= limit) return {};
  return {
      {file.path, 0,
       std::to_string(file.lines.size()) + " lines, and at most " + std::to_string(limit) + " are allowed",
       ""}};
}

std::vector<Violation> checkRoot(const std::vector<std::string>& names) {
  std::vector<Violation> found;
  for (const std::string& name : names) {
    if (!startsWith(name, ".") && !contains(kRootNames, name)) {
      found.push_back({name, 0, "does not belong into the root", ""});
    }
  }
  return found;
}

std::vector<Violation> checkLayersExist(const std::vector<std::string>& folders) {
  std::vector<Violation> found;
  for (const std::string& folder : folders) {
    if (findLayer(folder) == nullptr) found.push_back({"src/" + folder, 0, "is no layer of the table", ""});
  }
  return found;
}

}  // namespace waybill::architecture
