// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/grpc_client.h"

#include <grpcpp/create_channel.h>

#include <chrono>
#include <future>
#include <protozero/pbf_reader.hpp>

namespace waybill::ingest {
namespace {

using protozero::pbf_reader;

std::shared_ptr<grpc::Channel> channelTo(const Endpoint& endpoint,
                                         const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                                         const std::string& userAgent) {
  grpc::ChannelArguments arguments;
  arguments.SetUserAgentPrefix(userAgent);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection per client
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(endpoint.text(), credentials, arguments);
}

std::string textOf(grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> pieces;
  std::string text;
  if (!buffer.Valid() || !buffer.Dump(&pieces).ok()) return text;
  for (const grpc::Slice& piece : pieces) text.append(reinterpret_cast<const char*>(piece.begin()), piece.size());
  return text;
}

// The bytes of a field of a message, the empty text when it is not there.
std::string field(std::string_view message, protozero::pbf_tag_type tag) {
  pbf_reader reader(message.data(), message.size());
  return reader.next(tag) ? reader.get_string() : std::string();
}

}  // namespace

// Numbers of google/rpc/{status,error_details}.proto and google/protobuf/{any,duration}.proto.
int GrpcReply::detailCode() const {
  const std::string details = status.error_details();
  pbf_reader reader(details);
  return reader.next(1) ? reader.get_int32() : -1;
}

std::string GrpcReply::detailMessage() const { return field(status.error_details(), 2); }

int64_t GrpcReply::retrySeconds() const {
  const std::string any = field(status.error_details(), 3);
  if (field(any, 1) != "type.googleapis.com/google.rpc.RetryInfo") return -1;
  const std::string info = field(any, 2);
  const std::string delay = field(info, 1);
  pbf_reader duration(delay);
  return duration.next(1) ? duration.get_int64() : -1;
}

GrpcClient::GrpcClient(const Endpoint& endpoint, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                       const std::string& userAgent)
    : m_stub(channelTo(endpoint, credentials, userAgent)) {}

GrpcReply GrpcClient::call(const std::string& method, std::string_view request, const GrpcCallOptions& options) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  context.set_compression_algorithm(options.compression);
  context.set_wait_for_ready(options.waitForReady);
  for (const auto& [name, value] : options.metadata) context.AddMetadata(name, value);
  const grpc::Slice slice(request.data(), request.size());
  const grpc::ByteBuffer message(&slice, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> done;
  m_stub.UnaryCall(&context, method, {}, &message, &response,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
  GrpcReply reply;
  reply.status = done.get_future().get();
  reply.body = textOf(response);
  return reply;
}

}  // namespace waybill::ingest
