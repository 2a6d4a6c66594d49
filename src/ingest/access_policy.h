// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waybill::ingest {

// Whether a request may come in. Compares in constant time. Any thread.
class AccessPolicy {
 public:
  explicit AccessPolicy(std::vector<std::string> tokens) : m_tokens(std::move(tokens)) {}

  // The values of the "authorization" and "x-otlp-api-key" headers; empty when absent.
  bool allows(std::string_view authorization, std::string_view apiKey) const;

 private:
  std::vector<std::string> m_tokens;
};

}  // namespace waybill::ingest
