// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/live_yardstick.h"

#include <fcntl.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace waybill::bench {
namespace {

constexpr size_t kMaxPieces = 1024;  // IOV_MAX

// Appends to a file from many threads without a lock.
class BareFile {
 public:
  BareFile() {
    std::string name = (std::filesystem::temp_directory_path() / "waybill-bench-XXXXXX").string();
    m_descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    ::unlink(name.c_str());
  }
  ~BareFile() { ::close(m_descriptor); }
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;

  bool append(const std::vector<grpc::Slice>& pieces) {
    uint64_t bytes = 0;
    std::vector<iovec> vectors;
    vectors.reserve(pieces.size());
    for (const grpc::Slice& piece : pieces) {
      vectors.push_back({const_cast<uint8_t*>(piece.begin()), piece.size()});
      bytes += piece.size();
    }
    uint64_t at = m_end.fetch_add(bytes);
    for (size_t i = 0; i < vectors.size(); i += kMaxPieces) {
      const size_t count = std::min(kMaxPieces, vectors.size() - i);
      const ssize_t wrote = ::pwritev(m_descriptor, &vectors[i], static_cast<int>(count), static_cast<off_t>(at));
      if (wrote <= 0) return false;
      at += static_cast<uint64_t>(wrote);
    }
    return true;
  }
  uint64_t size() const { return m_end; }

 private:
  int m_descriptor = -1;
  std::atomic<uint64_t> m_end{0};
};

class BareCall final : public grpc::ServerGenericBidiReactor {
 public:
  explicit BareCall(BareFile& file) : m_file(file) { StartRead(&m_request); }

  void OnReadDone(bool ok) override {
    std::vector<grpc::Slice> pieces;
    if (!ok || !m_request.Dump(&pieces).ok() || !m_file.append(pieces)) {
      return Finish({grpc::StatusCode::INTERNAL, "not written"});
    }
    const grpc::Slice nothing;
    m_response = grpc::ByteBuffer(&nothing, 1);
    StartWriteAndFinish(&m_response, grpc::WriteOptions(), grpc::Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  BareFile& m_file;
  grpc::ByteBuffer m_request, m_response;
};

}  // namespace

struct LiveYardstick::Server : private grpc::CallbackGenericService {
  Server() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterCallbackGenericService(this);
    server = builder.BuildAndStart();
    if (server != nullptr && port != 0) return;
    std::fprintf(stderr, "waybill-bench: the bare gRPC server cannot listen\n");
    std::exit(2);
  }
  ~Server() override { server->Shutdown(std::chrono::system_clock::now()); }

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new BareCall(file);
  }

  BareFile file;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

LiveYardstick::LiveYardstick() : m_server(std::make_unique<Server>()) {}
LiveYardstick::~LiveYardstick() = default;
uint16_t LiveYardstick::port() const { return static_cast<uint16_t>(m_server->port); }
uint64_t LiveYardstick::writtenBytes() const { return m_server->file.size(); }

}  // namespace waybill::bench
