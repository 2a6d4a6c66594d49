// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/CLI.hpp>
#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "ingest/file_follower.h"
#include "ingest/forwarder.h"
#include "ingest/live_store.h"
#include "ingest/otlp_service.h"
#include "ingest/receivers.h"

namespace waybill::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{20};  // how soon an end is seen
constexpr std::chrono::seconds kReport{1};

struct ListenOptions {
  std::string grpc = "127.0.0.1:4317";
  std::string http = "127.0.0.1:4318";
  std::string zipkin = "off";
  std::string capture;
  double seconds = 0;  // 0: until a signal
  uint64_t spans = 0;  // 0: any number
  uint64_t keepMegabytes = 0;
  std::vector<std::string> follow;
  std::string forward;
  std::string log = "problems";  // off, problems, requests
  ingest::ReceiverOptions receiver;
  bool json = false;
};

// False after a message when an address is none.
bool readAddress(const std::string& text, std::optional<ingest::Endpoint>& endpoint) {
  if (text == "off") return true;
  auto parsed = ingest::parseEndpoint(text);
  if (!parsed.ok()) {
    printError(parsed.error().message);
    return false;
  }
  endpoint = std::move(parsed).value();
  if (!endpoint->isLoopback()) {
    printError(printable(endpoint->text()) +
               " can be reached from other machines: everybody there may send traces" +
               std::string(" unless --token is given."));
  }
  return true;
}

void printBound(const ingest::ListenAddresses& bound, const ListenOptions& options, Output& out) {
  const std::array addresses{std::pair("grpc", &bound.grpc), std::pair("http", &bound.http),
                             std::pair("zipkin", &bound.zipkin)};
  if (options.json) {
    std::string text;
    JsonWriter json(text);
    json.beginObject().key("listening").beginObject();
    for (const auto& [name, endpoint] : addresses) {
      json.key(name);
      if (*endpoint) {
        json.value((*endpoint)->text());
      } else {
        json.null();
      }
    }
    json.endObject().member("capture", options.capture).endObject();
    out << text << "\n";
    return;
  }
  out << "Listening";
  const char* separator = " on ";
  for (const auto& [name, endpoint] : addresses) {
    if (!*endpoint) continue;
    out << separator << printable((*endpoint)->text()) << " (" << name << ")";
    separator = ", ";
  }
  if (!options.capture.empty()) out << ", into " << printable(options.capture);
  out << ". Ctrl+C ends.\n";
}

void printCounts(const store::Snapshot& snapshot, const ingest::ExportCounters& counters, bool asJson,
                 Output& out) {
  if (asJson) {
    std::string text;
    JsonWriter json(text);
    json.beginObject()
        .member("spans", snapshot.spanCount())
        .member("traces", snapshot.traceCount())
        .member("requests", counters.requests)
        .member("refused", counters.refused)
        .member("bytes", counters.bytes)
        .member("other_signals", counters.otherSignals)
        .endObject();
    out << text << "\n";
    return;
  }
  out << counted(snapshot.spanCount(), "span") << " in " << counted(snapshot.traceCount(), "trace") << ", "
      << counted(counters.requests, "request") << ", " << countText(counters.refused) << " refused, "
      << bytesText(counters.bytes);
  if (counters.otherSignals > 0) {
    out << ", " << counted(counters.otherSignals, "request") << " with metrics, logs or profiles not kept";
  }
  out << "\n";
}

void printTornTail(const store::Snapshot& snapshot) {
  for (const Diagnostic& entry : snapshot.diagnostics().entries()) {
    if (entry.kind != DiagnosticKind::TruncatedTail) continue;
    printError(printable(entry.file) + ", byte " + countText(entry.offset) + ": " + entry.example + ".");
  }
}

// Says each problem once.
class ProblemTeller {
 public:
  void tell(const std::string& problem) {
    if (!problem.empty() && m_told.insert(problem).second) printError(printable(problem));
  }

 private:
  std::set<std::string> m_told;
};

// Writes requests to standard error, each kind of refusal at most every few seconds: a client that does the
// same wrong thing a thousand times a second is told of once. Any thread.
class RequestLog {
 public:
  explicit RequestLog(bool problemsOnly) : m_problemsOnly(problemsOnly) {}

  // "127.0.0.1 OTel-OTLP-Exporter-Python/1.27.0 (gRPC): 512 spans, 210 kB", or why not.
  void add(const ingest::ClientName& client, const ingest::ExportCounters& request,
           const std::string& problem) {
    if (problem.empty() && m_problemsOnly) return;
    std::string line = printable(client.address);
    if (!client.userAgent.empty()) line += " " + printable(client.userAgent);
    line += " (" + client.transport + "): ";
    if (!problem.empty()) {
      line += "refused: " + printable(problem);
      if (!isDue(line)) return;
    } else if (request.otherSignals > 0) {
      line += "metrics, logs or profiles, not kept";
    } else {
      line += counted(request.spans, "span") + ", " + bytesText(request.bytes);
    }
    printError(line);
  }

 private:
  struct Told {
    Clock::time_point at;
    uint64_t withheld = 0;
  };

  bool isDue(std::string& line) {
    constexpr std::chrono::seconds kPause{5};
    constexpr size_t kMostKinds = 1000;
    const std::lock_guard lock(m_mutex);
    if (m_told.size() >= kMostKinds) m_told.clear();
    const auto now = Clock::now();
    const auto [told, isNew] = m_told.try_emplace(line, Told{now, 0});
    if (isNew) return true;
    ++told->second.withheld;
    if (now - told->second.at < kPause) return false;
    line += " (" + countText(told->second.withheld) + " times more)";
    told->second = {now, 0};
    return true;
  }

  const bool m_problemsOnly;
  std::mutex m_mutex;
  std::map<std::string, Told> m_told;
};

// Interrupt and terminate are waited for, not handled: block them before any thread begins.
sigset_t blockEndSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Exit listen(const ListenOptions& options) {
  ingest::ListenAddresses addresses;
  if (!readAddress(options.grpc, addresses.grpc) || !readAddress(options.http, addresses.http) ||
      !readAddress(options.zipkin, addresses.zipkin)) {
    return Exit::BadInput;
  }
  const sigset_t endSignals = blockEndSignals();
  ingest::RetentionLimits limits;
  limits.bytes = options.keepMegabytes << 20;
  auto opened = ingest::LiveStore::open(options.capture, limits);
  if (!opened.ok()) {
    printError(opened.error().message);
    return Exit::BadInput;
  }
  ingest::LiveStore& store = *opened.value();
  printTornTail(*store.snapshot());
  std::vector<std::unique_ptr<ingest::FileFollower>> followers;
  for (const std::string& path : options.follow) {
    auto follower = ingest::FileFollower::start(path, store);
    if (!follower.ok()) {
      printError(follower.error().message);
      return Exit::BadInput;
    }
    followers.push_back(std::move(follower).value());
  }
  ingest::OtlpService service(store);
  if (options.log != "off") {
    const auto log = std::make_shared<RequestLog>(options.log == "problems");
    service.setLog([log](const auto& client, const auto& request, const std::string& problem) {
      log->add(client, request, problem);
    });
  }
  std::unique_ptr<ingest::Forwarder> forwarder;
  if (!options.forward.empty()) {
    auto started = ingest::Forwarder::start(options.forward);
    if (!started.ok()) {
      printError(started.error().message);
      return Exit::BadInput;
    }
    forwarder = std::move(started).value();
    service.setTap(
        [tee = forwarder.get()](ingest::OtlpSignal signal, ingest::Encoding encoding,
                                std::string_view payload) { tee->offer(signal, encoding, payload); });
  }
  ingest::Receivers::StartError error;
  auto receivers = ingest::Receivers::start(addresses, options.receiver, service, error);
  if (receivers == nullptr) {
    printError(error.message);
    return Exit::BadInput;
  }
  Output out;
  printBound(receivers->bound(), options, out);
  const auto began = Clock::now();
  auto nextReport = began + kReport;
  ProblemTeller problems;
  for (bool ended = false; !ended && out.finish();) {
    const timespec look{0, std::chrono::nanoseconds(kLook).count()};
    const bool signalled = sigtimedwait(&endSignals, nullptr, &look) > 0;
    const auto now = Clock::now();
    const bool late = options.seconds > 0 && now - began >= std::chrono::duration<double>(options.seconds);
    ended = signalled || late || (options.spans > 0 && store.snapshot()->spanCount() >= options.spans);
    if (ended) {  // what was acknowledged last counts too
      receivers.reset();
      store.publish();
    }
    if (ended || now >= nextReport) {
      printCounts(*store.snapshot(), service.counters(), options.json, out);
      nextReport += kReport;
      problems.tell(store.problem());
      for (const auto& follower : followers) problems.tell(follower->status().problem);
      if (forwarder != nullptr) problems.tell(forwarder->status().problem);
    }
  }
  return out.finish() ? Exit::Done : Exit::BadInput;
}

}  // namespace

void addListenCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("listen", "Be an OTLP endpoint: receive traces into a capture file");
  const auto options = std::make_shared<ListenOptions>();
  command->add_option("--grpc", options->grpc, "Address for OTLP over gRPC, or off")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command->add_option("--http", options->http, "Address for OTLP over HTTP, or off")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  command->add_option("--zipkin", options->zipkin, "Address for Zipkin v2, usually 127.0.0.1:9411")
      ->type_name("HOST:PORT");
  command
      ->add_option("--capture", options->capture,
                   "Keep what arrives in this file; it is continued when it is there")
      ->type_name("FILE");
  command->add_option("--for", options->seconds, "End after so many seconds")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  command->add_option("--spans", options->spans, "End when so many spans are there")
      ->type_name("N")
      ->check(isCount());
  command
      ->add_option("--keep", options->keepMegabytes,
                   "Drop the oldest traces when the capture exceeds so many MiB")
      ->type_name("MIB")
      ->check(isCount());
  command
      ->add_option("--follow", options->follow,
                   "Also read this growing OTLP file, as the Collector's file exporter writes it")
      ->type_name("FILE");
  command->add_option("--forward", options->forward, "Pass everything on to this OTLP/HTTP endpoint")
      ->type_name("URL");
  command->add_option("--log", options->log, "On standard error: nothing, refused requests, or every request")
      ->check(CLI::IsMember({"off", "problems", "requests"}))
      ->capture_default_str();
  auto* certificate = command
                          ->add_option("--tls-cert", options->receiver.tls.certificate,
                                       "Certificate for TLS, with its chain (PEM)")
                          ->type_name("FILE");
  auto* key =
      command->add_option("--tls-key", options->receiver.tls.key, "Private key of the certificate (PEM)")
          ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  command
      ->add_option("--token", options->receiver.tokens,
                   "Accept only senders with this bearer token or x-otlp-api-key; twice, to change it")
      ->type_name("TOKEN");
  command->add_flag("--json", options->json, "A JSON line a second");
  command->footer(
      R"(Ports: 0 means any that is free. A request is acknowledged only after its bytes are in the capture file.
JSON: first {"listening":{"grpc","http","zipkin"},"capture"}, then every second and at the end
{"spans","traces","requests","refused","bytes","other_signals"}: spans and traces in the store, requests accepted
and refused, bytes of the accepted ones, exports of metrics, logs and profiles, which are answered but not kept.)");
  command->callback([&action, options] { action = [options] { return listen(*options); }; });
}

}  // namespace waybill::cli
