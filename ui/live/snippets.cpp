// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/live/snippets.h"

#include <QStringList>
#include <QUrl>

namespace waybill::ui {
namespace {

QString url(const SnippetTarget& target, const QString& address) {
  return (target.certificate.isEmpty() ? QStringLiteral("http://") : QStringLiteral("https://")) + address;
}

// In a POSIX shell: as it is when it is plain, else in single quotes.
QString quoted(const QString& word) {
  for (const QChar c : word) {
    if (!c.isLetterOrNumber() && !QStringLiteral("._-/:%=").contains(c)) {
      return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) +
             QLatin1Char('\'');
    }
  }
  return word;
}

// NAME=value …, as far as the target needs them; the endpoint and the protocol that goes with it.
QStringList variables(const SnippetTarget& target, bool grpc) {
  QStringList all{QStringLiteral("OTEL_EXPORTER_OTLP_ENDPOINT=") +
                  url(target, grpc ? target.grpc : target.http)};
  if (!target.certificate.isEmpty()) {
    all << QStringLiteral("OTEL_EXPORTER_OTLP_CERTIFICATE=") + quoted(target.certificate);
  }
  if (!target.token.isEmpty()) {
    // Values of this variable are percent-encoded: W3C Baggage, as the OTLP exporter specification says.
    const QString value =
        QString::fromLatin1(QUrl::toPercentEncoding(QStringLiteral("Bearer ") + target.token));
    all << QStringLiteral("OTEL_EXPORTER_OTLP_HEADERS=authorization=") + value;
  }
  return all;
}

QString protocol(bool grpc) {
  return QStringLiteral("OTEL_EXPORTER_OTLP_PROTOCOL=") +
         (grpc ? QStringLiteral("grpc") : QStringLiteral("http/protobuf"));
}

QString inOneLine(QStringList words, const QString& command) {
  words.prepend(QStringLiteral("OTEL_SERVICE_NAME=my-service"));
  words << command;
  return words.join(QLatin1Char(' '));
}

QString collector(const SnippetTarget& target) {
  QString yaml = QStringLiteral("exporters:\n  otlp/waybill:\n    endpoint: ") + target.grpc +
                 QStringLiteral("\n    tls:\n");
  yaml += target.certificate.isEmpty()
              ? QStringLiteral("      insecure: true\n")
              : QStringLiteral("      ca_file: ") + target.certificate + QLatin1Char('\n');
  if (!target.token.isEmpty()) {
    yaml += QStringLiteral("    headers:\n      authorization: \"Bearer ") + target.token +
            QStringLiteral("\"\n");
  }
  return yaml +
         QStringLiteral(
             "service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n      exporters: [otlp/waybill]");
}

}  // namespace

QList<Snippet> snippetsFor(const SnippetTarget& target) {
  // Not everybody listens to both: what has no address gets the other's protocol.
  const bool grpc = !target.grpc.isEmpty();
  const bool http = !target.http.isEmpty();
  const auto with = [&](bool wantsGrpc, bool isDefault) {
    const bool useGrpc = wantsGrpc ? grpc : !http;
    QStringList all = variables(target, useGrpc);
    if (!isDefault || useGrpc != wantsGrpc) all << protocol(useGrpc);
    return all;
  };
  QList<Snippet> all;
  // opentelemetry-distro sends gRPC unless it is told otherwise.
  all << Snippet{QStringLiteral("Python"),
                 QStringLiteral("pip install opentelemetry-distro opentelemetry-exporter-otlp && "
                                "opentelemetry-bootstrap -a install\n") +
                     inOneLine(with(true, true), QStringLiteral("opentelemetry-instrument python app.py"))};
  all << Snippet{
      QStringLiteral("Node.js"),
      QStringLiteral("npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node\n") +
          inOneLine(
              with(false, true),
              QStringLiteral("node --require @opentelemetry/auto-instrumentations-node/register app.js"))};
  all << Snippet{
      QStringLiteral("Java"),
      QStringLiteral(
          "curl -LO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/"
          "download/opentelemetry-javaagent.jar\n") +
          inOneLine(with(false, true),
                    QStringLiteral("java -javaagent:opentelemetry-javaagent.jar -jar app.jar"))};
  all << Snippet{
      QStringLiteral("Go"),
      QStringLiteral(
          "go get go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp "
          "go.opentelemetry.io/otel/sdk/trace\n"
          "# in main: exporter, _ := otlptracehttp.New(ctx)\n"
          "#          otel.SetTracerProvider(trace.NewTracerProvider(trace.WithBatcher(exporter)))\n") +
          inOneLine(variables(target, !http), QStringLiteral("go run ."))};
  all << Snippet{QStringLiteral(".NET"),
                 QStringLiteral("dotnet add package OpenTelemetry.Extensions.Hosting\n"
                                "dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol\n"
                                "# builder.Services.AddOpenTelemetry().UseOtlpExporter().WithTracing();\n") +
                     inOneLine(with(true, true), QStringLiteral("dotnet run"))};
  if (grpc) all << Snippet{QStringLiteral("Collector"), collector(target)};
  QStringList exports{QStringLiteral("export OTEL_SERVICE_NAME=my-service"),
                      QStringLiteral("export OTEL_TRACES_EXPORTER=otlp")};
  for (const QString& variable : with(false, false)) exports << QStringLiteral("export ") + variable;
  all << Snippet{QStringLiteral("Environment"), exports.join(QLatin1Char('\n'))};
  return all;
}

}  // namespace waybill::ui
