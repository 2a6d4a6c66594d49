// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/access_policy.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

#include "base/ascii.h"

namespace waybill::ingest {
namespace {

constexpr std::string_view kBearer = "bearer ";  // the scheme's case does not matter: RFC 9110, section 11.1

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

// Digests are of one length, so that the time of a comparison tells nothing about a token, not even how long it is.
Digest digestOf(std::string_view text) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

bool isOneOf(std::string_view given, const std::vector<std::string>& tokens) {
  if (given.empty()) return false;  // a token left empty by mistake lets nobody in
  const Digest digest = digestOf(given);
  bool found = false;
  for (const std::string& token : tokens) {
    found |= CRYPTO_memcmp(digest.data(), digestOf(token).data(), digest.size()) == 0;
  }
  return found;
}

}  // namespace

bool AccessPolicy::allows(std::string_view authorization, std::string_view apiKey) const {
  if (m_tokens.empty()) return true;
  if (startsIgnoringCase(authorization, kBearer)) {
    authorization.remove_prefix(kBearer.size());
    if (isOneOf(trimmed(authorization), m_tokens)) return true;
  }
  return isOneOf(trimmed(apiKey), m_tokens);
}

}  // namespace waybill::ingest
