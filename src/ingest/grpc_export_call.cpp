// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/grpc_export_call.h"

#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "ingest/content_coding.h"

namespace waybill::ingest {
namespace {

constexpr std::chrono::seconds kRetryWhenLate{1};

struct Method {
  std::string_view path;
  OtlpSignal signal;
};
constexpr std::array kMethods{
    Method{"/opentelemetry.proto.collector.trace.v1.TraceService/Export", OtlpSignal::Traces},
    Method{"/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", OtlpSignal::Metrics},
    Method{"/opentelemetry.proto.collector.logs.v1.LogsService/Export", OtlpSignal::Logs},
    Method{"/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export", OtlpSignal::Profiles}};

std::optional<OtlpSignal> signalOf(std::string_view path) {
  for (const Method& method : kMethods) {
    if (method.path == path) return method.signal;
  }
  return std::nullopt;
}

std::string_view metadata(const grpc::GenericCallbackServerContext& call, const char* name) {
  const auto found = call.client_metadata().find(name);
  if (found == call.client_metadata().end()) return {};
  return {found->second.data(), found->second.size()};
}

bool consume(std::string_view& text, std::string_view prefix) {
  const bool begins = text.substr(0, prefix.size()) == prefix;
  if (begins) text.remove_prefix(prefix.size());
  return begins;
}

// "ipv4:127.0.0.1:4242" and "ipv6:%5B::1%5D:4242", as gRPC writes peers, without kind and port.
std::string addressOf(std::string_view peer) {
  if (!consume(peer, "ipv4:") && !consume(peer, "ipv6:")) return printable(peer);
  peer = peer.substr(0, peer.rfind(':'));
  if (consume(peer, "%5B") || consume(peer, "[")) peer = peer.substr(0, peer.find_first_of("%]"));
  return printable(peer);
}

ClientName clientOf(const grpc::GenericCallbackServerContext& call) {
  return {addressOf(call.peer()), printable(metadata(call, "user-agent")), "gRPC"};
}

std::string_view viewOf(const grpc::Slice& slice) { return {reinterpret_cast<const char*>(slice.begin()), slice.size()}; }

// Memory that a thread keeps from request to request: fresh pages cost more than filling them.
class Scratch {
 public:
  ~Scratch() {
    // More than nearly every request needs; a few large ones must not stay for ever.
    constexpr size_t kKept = size_t{4} << 20;
    for (std::string* buffer : {&flat, &plain}) {
      if (buffer->capacity() > kKept) std::string().swap(*buffer);
    }
  }
  Scratch(const Scratch&) = delete;

  std::string& flat;   // the request in one piece
  std::string& plain;  // the same, decompressed

  static Scratch ofThisThread() {
    thread_local std::string flat, plain;
    return Scratch(flat, plain);
  }

 private:
  Scratch(std::string& f, std::string& p) : flat(f), plain(p) {}
};

// The one place where a request's bytes are copied: gRPC has them in pieces of a network read. Clears `request`.
void flatten(grpc::ByteBuffer& request, std::string& flat) {
  std::vector<grpc::Slice> pieces;
  request.Dump(&pieces).IgnoreError();
  flat.clear();
  flat.reserve(request.Length());
  for (const grpc::Slice& piece : pieces) flat.append(viewOf(piece));
  request.Clear();
}

grpc::Status statusOf(const ExportAnswer& answer) {
  if (answer.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(answer.code), answer.message, statusBody(answer, Encoding::Protobuf)};
}

class ExportCall final : public grpc::ServerGenericBidiReactor {
 public:
  ExportCall(const GrpcCallContext& shared, const grpc::GenericCallbackServerContext& call)
      : m_shared(shared), m_client(clientOf(call)) {
    const std::optional<OtlpSignal> signal = signalOf(call.method());
    if (!shared.access.allows(metadata(call, "authorization"), metadata(call, "x-otlp-api-key"))) {
      refuse({RpcCode::Unauthenticated,
              "The token is missing or wrong; send it as 'authorization: Bearer …' or as x-otlp-api-key.", 0, {}});
    } else if (!signal) {
      const std::string why = "There is no method " + printable(call.method()) + " here; this is an OTLP endpoint.";
      refuse({RpcCode::Unimplemented, why, 0, {}});
    } else {
      m_signal = *signal;
      m_arrival.giveUp = [this] {
        refuse({RpcCode::Unavailable, "The request did not arrive in time.", 0, kRetryWhenLate});
      };
      shared.arrivals.add(m_arrival);
      StartRead(&m_request);
    }
  }

  void OnReadDone(bool ok) override {
    if (!m_shared.arrivals.take(m_arrival)) return;  // answered already
    if (!ok) return refuse({RpcCode::InvalidArgument, "The call ended before its request was complete.", 0, {}});
    if (m_request.Length() > m_shared.maxMessageBytes) return refuseTooLarge("");
    // Here, on gRPC's thread, though the disk may keep it waiting: handing over to threads of our own costs a fifth of
    // the throughput, and while nothing is read from the network the senders are slowed down as they should be.
    answer(Scratch::ofThisThread());
  }

  void OnDone() override { delete this; }

 private:
  void answer(const Scratch& scratch) {
    flatten(m_request, scratch.flat);
    std::string_view payload = scratch.flat;
    // gRPC does not tell whether and how the message is compressed, but no protobuf message looks like that.
    const ContentCoding coding = sniffCoding(payload);
    if (coding != ContentCoding::Identity) {
      const DecodeStatus status = decode(coding, payload, m_shared.maxMessageBytes, scratch.plain);
      if (status == DecodeStatus::TooLarge) return refuseTooLarge(" after decompression");
      if (status == DecodeStatus::Damaged) {
        return refuse({RpcCode::InvalidArgument, "The compressed request is cut or damaged.", 0, {}});
      }
      payload = scratch.plain;
    }
    finish(m_shared.service.exportPayload(m_signal, Encoding::Protobuf, payload, m_client));
  }

  void refuseTooLarge(const std::string& when) {
    const std::string limit = std::to_string(m_shared.maxMessageBytes >> 20) + " MiB";
    refuse({RpcCode::ResourceExhausted, "The request is larger than " + limit + when + "; send smaller batches.", 0, {}});
  }

  void refuse(const ExportAnswer& why) {
    m_shared.service.countRefused(m_client, why.message);
    finish(why);
  }

  // The call may be gone when it returns.
  void finish(const ExportAnswer& answer) {
    if (!answer.ok()) return Finish(statusOf(answer));
    const grpc::Slice body(responseBody(answer, Encoding::Protobuf));
    m_response = grpc::ByteBuffer(&body, 1);
    StartWriteAndFinish(&m_response, grpc::WriteOptions(), grpc::Status::OK);
  }

  const GrpcCallContext& m_shared;
  const ClientName m_client;
  OtlpSignal m_signal = OtlpSignal::Traces;
  GrpcArrivals::Call m_arrival;
  grpc::ByteBuffer m_request, m_response;
};

}  // namespace

grpc::ServerGenericBidiReactor* serveExportCall(const GrpcCallContext& shared,
                                                const grpc::GenericCallbackServerContext& call) {
  return new ExportCall(shared, call);
}

}  // namespace waybill::ingest
