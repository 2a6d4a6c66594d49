// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/tls_files.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace waybill::ingest {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;

template <typename T, void (*kFree)(T*)>
struct Free {
  void operator()(T* thing) const { kFree(thing); }
};
using Certificate = std::unique_ptr<X509, Free<X509, X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY, EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO, BIO_free_all>>;

Result<std::string> readText(const std::string& path) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return Error{path + " cannot be read: " + std::strerror(errno) + "."};
  std::string text(kMaxFileBytes, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return Error{path + " cannot be read: " + std::strerror(errno) + "."};
  return text;
}

Bio bioOf(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// A key with a password is refused: nobody is there to type it when a server starts.
int noPassword(char*, int, int, void*) { return 0; }

}  // namespace

Result<TlsIdentity> readTlsFiles(const TlsFiles& files) {
  if (files.certificate.empty()) return Error{"TLS needs a certificate beside the key; name both files."};
  if (files.key.empty()) return Error{"TLS needs a key beside the certificate; name both files."};
  auto certificateText = readText(files.certificate);
  if (!certificateText.ok()) return certificateText.error();
  auto keyText = readText(files.key);
  if (!keyText.ok()) return keyText.error();

  const Certificate certificate(
      PEM_read_bio_X509(bioOf(certificateText.value()).get(), nullptr, &noPassword, nullptr));
  const Key key(PEM_read_bio_PrivateKey(bioOf(keyText.value()).get(), nullptr, &noPassword, nullptr));
  ERR_clear_error();
  if (!certificate) {
    return Error{files.certificate + " holds no certificate; it must be PEM, from -----BEGIN CERTIFICATE----- on."};
  }
  if (!key) {
    return Error{files.key + " holds no private key that can be read; it must be PEM, without a password."};
  }
  const bool belongs = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!belongs) return Error{files.key + " is not the key of the certificate " + files.certificate + "."};
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) {
    return Error{files.certificate + " has expired; make a new certificate."};
  }
  return TlsIdentity{std::move(certificateText).value(), std::move(keyText).value()};
}

}  // namespace waybill::ingest
