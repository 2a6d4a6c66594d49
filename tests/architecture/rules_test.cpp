// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The rules catch what they are there for, and nothing else: fed with made-up lines.
#include "architecture/rules.h"

#include <gtest/gtest.h>

#include <sstream>

#include "architecture/house.h"

namespace waybill::architecture {
namespace {

using Rule = std::vector<Violation> (*)(const SourceFile&);

// How many violations the rule finds in a file of one line.
size_t found(Rule rule, const std::string& path, const std::string& line) {
  return rule({path, {line}}).size();
}

TEST(Arrows, GoDownOnly) {
  EXPECT_EQ(0u, found(checkArrows, "src/store/trace_store.cpp", "#include \"otlp/span_view.h\""));
  EXPECT_EQ(0u, found(checkArrows, "src/store/trace_store.cpp", "#include \"store/snapshot.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/base/ids.h", "#include \"store/snapshot.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/formats/registry.cpp", "#include \"store/snapshot.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/layout/axis.cpp", "  #  include \"otlp/fields.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/cli/main.cpp", "#include \"ui/main_window.h\""));
  EXPECT_EQ(1u, found(checkArrows, "ui/main_window.cpp", "#include \"ingest/file_loader.h\""));
  EXPECT_EQ(0u, found(checkArrows, "ui/main_window.cpp", "#include \"session/session.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/cli/main.cpp", "#include \"layout/draw_list.h\""));
  EXPECT_EQ(0u, found(checkArrows, "src/session/session.h", "#include \"layout/draw_list.h\""));
}

TEST(Arrows, InterfaceMeansInterfaceAndRegistry) {
  EXPECT_EQ(0u, found(checkArrows, "src/session/session.cpp", "#include \"formats/trace_format.h\""));
  EXPECT_EQ(0u, found(checkArrows, "src/cli/convert_command.cpp", "#include \"formats/registry.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/session/session.cpp", "#include \"formats/json_scan.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/session/session.cpp", "#include \"formats/container/gzip.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/session/session.cpp", "#include \"backends/tempo_backend.h\""));
  EXPECT_EQ(0u, found(checkArrows, "src/ingest/file_loader.cpp", "#include \"formats/container/gzip.h\""));
}

TEST(Arrows, IncludesBeginWithTheirLayer) {
  EXPECT_EQ(1u, found(checkArrows, "src/base/ids.cpp", "#include \"ids.h\""));
  EXPECT_EQ(1u, found(checkArrows, "src/base/ids.cpp", "#include \"../base/ids.h\""));
  EXPECT_EQ(0u, found(checkArrows, "src/base/ids.cpp", "#include <vector>"));
  EXPECT_EQ(0u, found(checkArrows, "src/session/session.cpp", "#include \"session.moc\""));
  EXPECT_EQ(0u, found(checkArrows, "tests/unit/base/ids_test.cpp", "#include \"store/snapshot.h\""));
}

TEST(Arrows, EveryTargetInTheTableIsALayer) {
  for (const Layer& layer : kLayers) {
    std::istringstream words{std::string(layer.mayInclude)};
    for (std::string word; words >> word;) {
      const bool interfaceOnly = word.size() > 2 && word.substr(word.size() - 2) == ":i";
      if (interfaceOnly) word.resize(word.size() - 2);
      EXPECT_TRUE(checkLayersExist({word}).empty()) << word;
      bool hasInterface = false;
      for (const Interface& interface : kInterfaces) hasInterface = hasInterface || interface.layer == word;
      EXPECT_TRUE(!interfaceOnly || hasInterface) << word;
    }
  }
}

TEST(Qt, StaysOutOfTheEngine) {
  EXPECT_EQ(1u, found(checkQt, "src/base/ids.h", "#include <QString>"));
  EXPECT_EQ(1u, found(checkQt, "src/cli/main.cpp", "#include <QtCore/QString>"));
  EXPECT_EQ(1u, found(checkQt, "src/layout/axis.cpp", "#include <qglobal.h>"));
  EXPECT_EQ(0u, found(checkQt, "src/base/ids.h", "#include <queue>"));
  EXPECT_EQ(0u, found(checkQt, "src/session/session.h", "#include <QObject>"));
  EXPECT_EQ(0u, found(checkQt, "src/backends/tempo_backend.cpp", "#include <QNetworkReply>"));
}

TEST(Views, DoNotIncludeEachOther) {
  EXPECT_EQ(1u,
            found(checkViews, "ui/timeline/timeline_view.cpp", "#include \"ui/details/attribute_model.h\""));
  EXPECT_EQ(0u, found(checkViews, "ui/timeline/timeline_view.cpp", "#include \"ui/timeline/painter.h\""));
  EXPECT_EQ(0u, found(checkViews, "ui/timeline/timeline_view.cpp", "#include \"ui/theme/theme.h\""));
  EXPECT_EQ(1u, found(checkViews, "ui/widgets/bar.cpp", "#include \"ui/timeline/painter.h\""));
  EXPECT_EQ(0u, found(checkViews, "ui/view/registry.cpp", "#include \"ui/timeline/timeline_view.h\""));
}

TEST(Registries, AloneNameConcreteThings) {
  EXPECT_EQ(0u,
            found(checkRegistries, "src/formats/registry.cpp", "#include \"formats/otlp_json_format.h\""));
  EXPECT_EQ(0u, found(checkRegistries, "src/formats/otlp_json_format.cpp",
                      "#include \"formats/otlp_json_format.h\""));
  EXPECT_EQ(1u, found(checkRegistries, "src/formats/other.cpp", "#include \"formats/otlp_json_format.h\""));
  EXPECT_EQ(1u,
            found(checkRegistries, "src/ingest/file_loader.cpp", "#include \"formats/otlp_json_format.h\""));
  EXPECT_EQ(0u, found(checkRegistries, "src/ingest/file_loader.cpp", "#include \"formats/trace_format.h\""));
  EXPECT_EQ(1u, found(checkRegistries, "src/session/session.cpp", "#include \"backends/tempo_backend.h\""));
  EXPECT_EQ(0u,
            found(checkRegistries, "src/analysis/registry.cpp", "#include \"analysis/detectors/retry.h\""));
  EXPECT_EQ(1u, found(checkRegistries, "src/analysis/trace_analysis.cpp",
                      "#include \"analysis/detectors/retry.h\""));
  EXPECT_EQ(0u, found(checkRegistries, "src/analysis/detectors/retry.cpp",
                      "#include \"analysis/detectors/retry.h\""));
  EXPECT_EQ(1u, found(checkRegistries, "ui/main_window.cpp", "#include \"ui/timeline/timeline_view.h\""));
  EXPECT_EQ(0u, found(checkRegistries, "ui/view/registry.cpp", "#include \"ui/timeline/timeline_view.h\""));
  EXPECT_EQ(0u,
            found(checkRegistries, "ui/timeline/timeline_view.h", "#include \"ui/widgets/picture_view.h\""));
  EXPECT_EQ(0u, found(checkRegistries, "ui/timeline/timeline_view.cpp",
                      "#include \"ui/timeline/timeline_view.h\""));
}

TEST(Charts, StayInTheirFolder) {
  EXPECT_EQ(1u, found(checkCharts, "ui/overview/overview_view.cpp", "#include <QChartView>"));
  EXPECT_EQ(1u, found(checkCharts, "ui/overview/overview_view.cpp", "#include <QtCharts/QChart>"));
  EXPECT_EQ(1u, found(checkCharts, "ui/overview/overview_view.cpp", "#include <QScatterSeries>"));
  EXPECT_EQ(0u, found(checkCharts, "ui/charts/latency_view.cpp", "#include <QChartView>"));
  EXPECT_EQ(0u, found(checkCharts, "ui/overview/overview_view.cpp", "#include <QWidget>"));
}

TEST(Colours, StandInTheTheme) {
  const std::string path = "ui/timeline/painter.cpp";
  for (const char* line :
       {"painter.setPen(QColor(47, 111, 237));", "QColor accent{0x2f, 0x6f, 0xed};",
        "QColor accent(\"red\");", "auto c = QStringLiteral(\"#2f6fed\");",
        "painter.fillRect(rect, Qt::red);", "pen.setColor(Qt::darkGray);",
        "widget->setStyleSheet(QStringLiteral(\"color: #fff\"));", "const QRgb c = qRgb(1, 2, 3);",
        "const QRgb c = 0xff2f6fedU;", "\"background: rgba(0, 0, 0, 20)\"", "QColor::fromHsv(120, 1, 1)"}) {
    EXPECT_EQ(1u, found(checkColours, path, line)) << line;
    EXPECT_EQ(0u, found(checkColours, "ui/theme/theme.cpp", line)) << line;
  }
  for (const char* line :
       {"const QColor color = theme.service(name);", "#include \"ui/theme/theme.h\"", "#pragma once",
        "painter.fillRect(rect, Qt::transparent);", "QColor faded(color);", "// like #2f6fed",
        "painter.setPen(QColor(color.rgb()));", "label->setText(u\"issue #12\"_s);", "#define X"}) {
    EXPECT_EQ(0u, found(checkColours, path, line)) << line;
  }
}

TEST(Protobuf, StaysWhereItBelongs) {
  const std::string line = "#include \"opentelemetry/proto/trace/v1/trace.pb.h\"";
  EXPECT_EQ(0u, found(checkProtobuf, "src/otlp/x.cpp", line));
  EXPECT_EQ(0u, found(checkProtobuf, "src/ingest/x.cpp", line));
  EXPECT_EQ(0u, found(checkProtobuf, "tests/unit/otlp/x.cpp", line));
  EXPECT_EQ(1u, found(checkProtobuf, "src/store/x.cpp", line));
  EXPECT_EQ(1u, found(checkProtobuf, "ui/details/x.cpp", line));
}

TEST(Licence, IsTwoLinesAtTheTop) {
  const std::string copyright = "// SPDX-FileCopyrightText: Waybill contributors";
  const std::string licence = "// SPDX-License-Identifier: GPL-3.0-or-later";
  EXPECT_TRUE(checkLicence({"src/a.h", {copyright, licence, "#pragma once"}}).empty());
  EXPECT_TRUE(
      checkLicence({"tests/run.sh", {"#!/bin/sh", "#" + copyright.substr(2), "#" + licence.substr(2)}})
          .empty());
  EXPECT_FALSE(checkLicence({"src/a.h", {"#pragma once", copyright, licence}}).empty());
  EXPECT_FALSE(checkLicence({"src/a.h", {copyright}}).empty());
  EXPECT_FALSE(checkLicence({"src/a.h", {}}).empty());
}

TEST(Size, IsLimited) {
  const auto lines = [](size_t count) { return std::vector<std::string>(count, "x"); };
  EXPECT_TRUE(checkSize({"src/a.cpp", lines(500)}).empty());
  EXPECT_FALSE(checkSize({"src/a.cpp", lines(501)}).empty());
  EXPECT_FALSE(checkSize({"CMakeLists.txt", lines(121)}).empty());
  EXPECT_FALSE(checkSize({"ui/main_window.cpp", lines(401)}).empty());
}

TEST(Root, HoldsWhatItMay) {
  EXPECT_TRUE(checkRoot({"src", ".gitignore", "LICENSE"}).empty());
  EXPECT_EQ(1u, checkRoot({"src", "notes.txt"}).size());
  EXPECT_EQ(1u, checkLayersExist({"base", "utils"}).size());
}

TEST(Violations, SayWhereAndWhat) {
  std::ostringstream text;
  text << checkArrows({"src/base/ids.h", {"", "#include \"store/snapshot.h\""}}).at(0);
  EXPECT_EQ("src/base/ids.h:2: base may not include store\n    #include \"store/snapshot.h\"", text.str());
}

}  // namespace
}  // namespace waybill::architecture
