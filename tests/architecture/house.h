// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace waybill::architecture {

// DESIGN section 2 as data. Change the table there and here together, or neither.

// A layer and the layers it may include besides itself; ":i" means only the interface headers below.
struct Layer {
  std::string_view name;
  std::string_view mayInclude;
  bool mayUseQt = false;
};

inline constexpr std::array kLayers{
    Layer{"base", ""},
    Layer{"otlp", "base"},
    Layer{"store", "base otlp"},
    Layer{"formats", "base otlp"},
    Layer{"query", "base otlp store"},
    Layer{"analysis", "base otlp store query"},
    Layer{"layout", "base store analysis"},
    Layer{"report", "base otlp store analysis layout"},
    Layer{"ingest", "base otlp store formats"},
    Layer{"backends", "base otlp store formats:i query ingest", true},
    Layer{"session", "base otlp store formats:i query analysis layout report ingest backends:i", true},
    Layer{"cli", "base otlp store formats:i query analysis report ingest"},
    Layer{"ui", "base otlp store query analysis layout report session", true},
};

// What a layer with many implementations shows to those who may see only its interface.
struct Interface {
  std::string_view layer;
  std::string_view headers;
};

inline constexpr std::array kInterfaces{
    Interface{"formats", "trace_format.h registry.h"},
    Interface{"backends", "trace_backend.h registry.h"},
};

// Folders of ui that every view may include; the others are views, which know nothing of each other. What is shown of
// the endpoint is no view: the welcome page, the frame and a window of its own share it.
inline constexpr std::string_view kSharedUiFolders = "view theme widgets live";

// The layers that may include generated protobuf headers (and tests).
inline constexpr std::string_view kProtobufLayers = "otlp formats ingest";

// What lies in the root besides names that begin with a dot. "build" is where presets build; it is not
// committed.
inline constexpr std::string_view kRootNames =
    "CMakeLists.txt CMakePresets.json LICENSE README.md build packaging proto resources src tests ui";

inline constexpr size_t kMaxRootCMakeLines = 120;
inline constexpr size_t kMaxFileLines = 500;
inline constexpr size_t kMaxMainWindowLines = 400;

}  // namespace waybill::architecture
