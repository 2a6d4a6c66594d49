// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/ingest/test_certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace waybill::ingest {
namespace {

void require(bool right) {
  if (!right) throw std::runtime_error("OpenSSL cannot make the test's certificate");
}

void addExtension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

std::FILE* create(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  require(file != nullptr);
  return file;
}

}  // namespace

TlsFiles writeTestCertificate(const std::string& folder, const std::string& name, std::chrono::hours validFor) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
  require(key != nullptr && certificate != nullptr);
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  constexpr long kTwoDaysAgo = -172800;  // seconds
  X509_gmtime_adj(X509_getm_notBefore(x509), kTwoDaysAgo);
  X509_gmtime_adj(X509_getm_notAfter(x509), static_cast<long>(std::chrono::seconds(validFor).count()));
  X509_set_pubkey(x509, key.get());
  X509_NAME* const subject = X509_get_subject_name(x509);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(x509, subject);
  addExtension(x509, NID_basic_constraints, "critical,CA:TRUE");
  addExtension(x509, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
  require(X509_sign(x509, key.get(), EVP_sha256()) > 0);

  const TlsFiles files{folder + "/" + name + ".crt", folder + "/" + name + ".key"};
  std::FILE* const certificateFile = create(files.certificate);
  std::FILE* const keyFile = create(files.key);
  const bool written = PEM_write_X509(certificateFile, x509) == 1 &&
                       PEM_write_PrivateKey(keyFile, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  const bool closed = std::fclose(certificateFile) == 0 && std::fclose(keyFile) == 0;
  require(written && closed);
  return files;
}

std::string readTestFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace waybill::ingest
