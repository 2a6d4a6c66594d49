// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/tls_files.h"
#include "unit/ingest/grpc_receiver_fixture.h"
#include "unit/ingest/test_certificate.h"

// Who may send, and how safely.
namespace waybill::ingest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using GrpcAccessTest = GrpcReceiverTest;

std::string tlsError(const TlsFiles& files) {
  const auto identity = readTlsFiles(files);
  return identity.ok() ? std::string("no error") : identity.error().message;
}

}  // namespace

TEST_F(GrpcAccessTest, TokensAreAskedForBeforeAnythingIsRead) {
  ReceiverOptions options;
  options.tokens = {"old", "new"};
  start(options);
  GrpcClient client(endpoint());
  const auto codeWith = [&client](const char* name, const char* value, const char* method = kTraceExport) {
    return client.call(method, traceRequest(1), {GRPC_COMPRESS_NONE, {{name, value}}}).status.error_code();
  };
  EXPECT_EQ(codeWith("authorization", "Bearer old"), grpc::StatusCode::OK);
  EXPECT_EQ(codeWith("authorization", "bearer new"), grpc::StatusCode::OK);
  EXPECT_EQ(codeWith("x-otlp-api-key", "new"), grpc::StatusCode::OK);
  EXPECT_EQ(codeWith("authorization", "Bearer neither"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(codeWith("authorization", "old"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(codeWith("x-otlp-api-key", "Bearer old"), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(codeWith("x-other", "old", "/a/b"), grpc::StatusCode::UNAUTHENTICATED) << "methods are nobody's business";
  const GrpcReply reply = client.call(kLogsExport, "");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(reply.status.error_message(), HasSubstr("authorization: Bearer"));
  EXPECT_EQ(reply.detailCode(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(service.counters().refused, 5U);
  EXPECT_EQ(visibleSpans(), 3U);
}

TEST_F(GrpcAccessTest, TlsIsSpokenWithTheCertificateGiven) {
  ReceiverOptions options;
  options.tls = writeTestCertificate(folder(), "server");
  options.tokens = {"secret"};
  start(options);
  grpc::SslCredentialsOptions trust;
  trust.pem_root_certs = readTestFile(options.tls.certificate);
  GrpcClient client(endpoint(), grpc::SslCredentials(trust));
  const GrpcReply reply =
      client.call(kTraceExport, traceRequest(1000), {GRPC_COMPRESS_GZIP, {{"authorization", "Bearer secret"}}});
  EXPECT_TRUE(reply.status.ok()) << reply.status.error_message();
  EXPECT_EQ(visibleSpans(), 1000U);
  ASSERT_EQ(service.clients().size(), 1U);
  EXPECT_EQ(service.clients()[0].name.address, "127.0.0.1");

  GrpcClient plain(endpoint());
  EXPECT_EQ(plain.call(kTraceExport, traceRequest(1)).status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(GrpcAccessTest, AReceiverWithoutItsCertificateDoesNotStart) {
  ReceiverOptions options;
  options.tls = {folder() + "/missing.crt", folder() + "/missing.key"};
  const auto started = GrpcReceiver::start({"127.0.0.1", 0}, options, service);
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().message, HasSubstr("missing.crt cannot be read"));
}

TEST_F(GrpcAccessTest, APortThatIsTakenIsAnError) {
  start();
  const auto second = GrpcReceiver::start(endpoint(), {}, service);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, StartsWith(endpoint().text() + " is in use"));
  const Endpoint before = endpoint();
  stop();
  EXPECT_TRUE(GrpcReceiver::start(before, {}, service).ok()) << "it is free again at once";
}

TEST_F(GrpcAccessTest, AddressesAreBoundAsTheyAreGiven) {
  const auto named = GrpcReceiver::start({"localhost", 0}, {}, service);
  ASSERT_TRUE(named.ok()) << named.error().message;
  EXPECT_EQ(named.value()->bound().host, "localhost");
  EXPECT_NE(named.value()->bound().port, 0);
  EXPECT_TRUE(GrpcClient({"127.0.0.1", named.value()->bound().port}).call(kTraceExport, "").status.ok());
  for (const char* foreign : {"192.0.2.1", "no-such-host.invalid"}) {  // for documentation (RFC 5737, RFC 6761)
    const auto started = GrpcReceiver::start({foreign, 0}, {}, service);
    ASSERT_FALSE(started.ok());
    EXPECT_THAT(started.error().message, HasSubstr("is no address of this machine"));
  }
}

TEST_F(GrpcAccessTest, TlsFilesThatDoNotFitAreExplained) {
  const TlsFiles good = writeTestCertificate(folder(), "good");
  const std::string where = folder();  // empty again
  const TlsFiles one = writeTestCertificate(where, "one");
  const TlsFiles two = writeTestCertificate(where, "two");
  const TlsFiles old = writeTestCertificate(where, "old", std::chrono::hours(-24));
  ASSERT_TRUE(readTlsFiles(one).ok());
  EXPECT_EQ(readTlsFiles(one).value().key, readTestFile(one.key));
  EXPECT_EQ(readTlsFiles(one).value().certificate, readTestFile(one.certificate));
  EXPECT_THAT(tlsError(good), HasSubstr("cannot be read: No such file"));
  EXPECT_THAT(tlsError({one.certificate, ""}), HasSubstr("needs a key"));
  EXPECT_THAT(tlsError({"", one.key}), HasSubstr("needs a certificate"));
  EXPECT_THAT(tlsError({one.certificate, one.certificate}), HasSubstr("holds no private key"));
  EXPECT_THAT(tlsError({one.key, one.key}), HasSubstr("holds no certificate"));
  EXPECT_THAT(tlsError({one.certificate, two.key}), HasSubstr("is not the key of the certificate"));
  EXPECT_THAT(tlsError(old), HasSubstr("has expired"));
}

}  // namespace waybill::ingest
