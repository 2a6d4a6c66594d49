// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/snippets.h"

#include <gtest/gtest.h>

#include <QStringList>

namespace waybill::ui {
namespace {

QString textFor(const SnippetTarget& target, const QString& language) {
  for (const Snippet& snippet : snippetsFor(target)) {
    if (snippet.language == language) return snippet.text;
  }
  return {};
}

}  // namespace

TEST(Snippets, PythonIsTwoLinesWithTheAddressReallyBound) {
  SnippetTarget target;
  target.grpc = QStringLiteral("127.0.0.1:4327");
  EXPECT_EQ(textFor(target, QStringLiteral("Python")),
            QStringLiteral("pip install opentelemetry-distro opentelemetry-exporter-otlp && "
                           "opentelemetry-bootstrap -a install\n"
                           "OTEL_SERVICE_NAME=my-service OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4327 "
                           "opentelemetry-instrument python app.py"));
}

TEST(Snippets, EveryLanguageNamesAnAddress) {
  const SnippetTarget target{QStringLiteral("127.0.0.1:11"), QStringLiteral("127.0.0.1:22"), {}, {}};
  const QList<Snippet> all = snippetsFor(target);
  EXPECT_EQ(all.size(), 7);
  for (const Snippet& snippet : all) {
    EXPECT_TRUE(snippet.text.contains(QStringLiteral("127.0.0.1:11")) ||
                snippet.text.contains(QStringLiteral("127.0.0.1:22")))
        << snippet.language.toStdString();
    EXPECT_FALSE(snippet.text.contains(QStringLiteral("CERTIFICATE")));
    EXPECT_FALSE(snippet.text.contains(QStringLiteral("HEADERS")));
  }
  EXPECT_TRUE(textFor(target, QStringLiteral("Node.js")).contains(QStringLiteral("http://127.0.0.1:22")));
  EXPECT_TRUE(
      textFor(target, QStringLiteral("Collector")).contains(QStringLiteral("endpoint: 127.0.0.1:11")));
}

TEST(Snippets, WithoutGrpcTheOtherProtocolIsNamed) {
  const SnippetTarget target{{}, QStringLiteral("127.0.0.1:22"), {}, {}};
  const QString python = textFor(target, QStringLiteral("Python"));
  EXPECT_TRUE(python.contains(QStringLiteral("ENDPOINT=http://127.0.0.1:22")));
  EXPECT_TRUE(python.contains(QStringLiteral("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")));
  EXPECT_TRUE(textFor(target, QStringLiteral("Collector")).isEmpty());
}

TEST(Snippets, TokensAndCertificatesAreGivenInAFormTheSdksRead) {
  SnippetTarget target;
  target.token = QStringLiteral("a b,c");
  target.certificate = QStringLiteral("/my certs/ca.pem");
  const QString python = textFor(target, QStringLiteral("Python"));
  EXPECT_TRUE(python.contains(QStringLiteral("ENDPOINT=https://127.0.0.1:4317")));
  EXPECT_TRUE(python.contains(QStringLiteral("OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20a%20b%2Cc")));
  EXPECT_TRUE(python.contains(QStringLiteral("OTEL_EXPORTER_OTLP_CERTIFICATE='/my certs/ca.pem'")));
  EXPECT_TRUE(textFor(target, QStringLiteral("Collector"))
                  .contains(QStringLiteral("authorization: \"Bearer a b,c\"")));
}

}  // namespace waybill::ui
