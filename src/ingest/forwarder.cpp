// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/forwarder.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>

#include "base/utf8.h"

namespace waybill::ingest {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kFirstRetry{1}, kLastRetry{30};
constexpr seconds kFarewell{2};
constexpr long kConnectSeconds = 5, kRequestSeconds = 30;

const char* pathOf(OtlpSignal signal) {
  switch (signal) {
    case OtlpSignal::Traces:
      return "/v1/traces";
    case OtlpSignal::Metrics:
      return "/v1/metrics";
    case OtlpSignal::Logs:
      return "/v1/logs";
    case OtlpSignal::Profiles:
      return "/v1development/profiles";
  }
  return "";
}

// The specification's retryable answers.
bool isRetryable(long status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

size_t ignoreBody(char*, size_t size, size_t count, void*) {
  return size * count;
}

}  // namespace

// One kept connection to the endpoint.
struct Forwarder::Connection {
  struct Outcome {
    bool sent = false;
    bool again = false;     // worth another try
    seconds retryAfter{0};  // as the endpoint asks for; 0 when it does not
    std::string problem;
  };

  Connection() : curl(curl_easy_init()) {}
  ~Connection() { curl_easy_cleanup(curl); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Outcome post(const std::string& url, const Request& request, const std::stop_token& stop) {
    const std::string target = url + pathOf(request.signal);
    curl_slist* headers = curl_slist_append(nullptr, request.encoding == Encoding::Json
                                                         ? "Content-Type: application/json"
                                                         : "Content-Type: application/x-protobuf");
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_URL, target.c_str());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Waybill/" WAYBILL_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.payload.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.payload.size()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &ignoreBody);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, kRequestSeconds);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Connection::lookForStop);
    farewell = Clock::time_point::max();
    stopToken = stop;
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
    const CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    Outcome outcome;
    if (code != CURLE_OK) {
      outcome.again = true;
      outcome.problem = target + " cannot be reached: " + curl_easy_strerror(code) + ".";
      return outcome;
    }
    long status = 0;
    curl_off_t after = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after);
    outcome.sent = status >= 200 && status < 300;
    outcome.again = isRetryable(status);
    outcome.retryAfter = seconds(std::clamp<curl_off_t>(after, 0, kLastRetry.count()));
    if (!outcome.sent) outcome.problem = target + " answered " + std::to_string(status) + ".";
    return outcome;
  }

 private:
  // Called by curl a few times a second at least: once asked to stop, a request gets a last moment.
  static int lookForStop(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& connection = *static_cast<Connection*>(self);
    if (!connection.stopToken.stop_requested()) return 0;
    connection.farewell = std::min(connection.farewell, Clock::now() + kFarewell);
    return Clock::now() >= connection.farewell ? 1 : 0;
  }

  CURL* const curl;
  std::stop_token stopToken;
  Clock::time_point farewell;
};

Result<std::unique_ptr<Forwarder>> Forwarder::start(const std::string& url) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (ready != CURLE_OK)
    return Error{"Forwarding cannot begin: " + std::string(curl_easy_strerror(ready)) + "."};
  std::string base = url;
  while (!base.empty() && base.back() == '/') base.pop_back();
  CURLU* const parsed = curl_url();
  const bool isUrl = curl_url_set(parsed, CURLUPART_URL, base.c_str(), 0) == CURLUE_OK;
  curl_url_cleanup(parsed);
  if (!isUrl || (base.rfind("http://", 0) != 0 && base.rfind("https://", 0) != 0)) {
    return Error{"'" + printable(url) +
                 "' is no address to forward to; write the base of an OTLP/HTTP endpoint, for example " +
                 "http://127.0.0.1:4318."};
  }
  std::unique_ptr<Forwarder> forwarder(new Forwarder(base));
  forwarder->m_thread =
      std::jthread([self = forwarder.get()](const std::stop_token& stop) { self->work(stop); });
  return forwarder;
}

Forwarder::Forwarder(std::string url) : m_url(std::move(url)) {}

Forwarder::~Forwarder() {
  m_thread.request_stop();
  m_wake.notify_all();
}

void Forwarder::offer(OtlpSignal signal, Encoding encoding, std::string_view payload) {
  const std::lock_guard lock(m_mutex);
  if (m_status.waitingBytes + payload.size() > kMaxWaitingBytes) {
    ++m_status.dropped;
    return;
  }
  m_status.waitingBytes += payload.size();
  m_queue.push_back({signal, encoding, std::string(payload)});
  m_wake.notify_all();
}

Forwarder::Status Forwarder::status() const {
  const std::lock_guard lock(m_mutex);
  return m_status;
}

void Forwarder::work(const std::stop_token& stop) {
  Connection connection;
  seconds pause = kFirstRetry;
  auto endAt = Clock::time_point::max();
  while (true) {
    std::unique_lock lock(m_mutex);
    m_wake.wait(lock, stop, [this] { return !m_queue.empty(); });
    if (stop.stop_requested()) endAt = std::min(endAt, Clock::now() + kFarewell);
    if (m_queue.empty() || Clock::now() >= endAt) return;
    const Request request = std::move(m_queue.front());
    m_queue.pop_front();
    lock.unlock();
    const Connection::Outcome outcome = connection.post(m_url, request, stop);
    lock.lock();
    m_status.problem = outcome.problem;
    const bool again = outcome.again && !stop.stop_requested();
    if (again) {
      m_queue.push_front(request);
      const seconds wait = std::max(outcome.retryAfter, pause);
      pause = std::min(pause * 2, kLastRetry);
      m_wake.wait_for(lock, stop, wait, [] { return false; });
      continue;
    }
    pause = kFirstRetry;
    m_status.waitingBytes -= request.payload.size();
    ++(outcome.sent ? m_status.forwarded : m_status.dropped);
  }
}

}  // namespace waybill::ingest
