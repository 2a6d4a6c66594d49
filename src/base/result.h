// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace waybill {

// Why something cannot go on: one sentence for the user that names the file, the place, what was expected and
// what to do.
struct Error {
  std::string message;
};

// A value, or the error that prevented it. No implicit bool: ask ok().
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : m_state(std::move(value)) {}  // so that `return value;` works
  Result(Error error) : m_state(std::move(error)) {}  // so that `return Error{…};` works

  bool ok() const { return m_state.index() == 0; }
  T& value() & { return std::get<0>(m_state); }
  const T& value() const& { return std::get<0>(m_state); }
  T&& value() && { return std::get<0>(std::move(m_state)); }
  const Error& error() const { return std::get<1>(m_state); }

 private:
  std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : m_error(std::move(error)) {}  // so that `return Error{…};` works

  bool ok() const { return !m_error.has_value(); }
  const Error& error() const { return *m_error; }

 private:
  std::optional<Error> m_error;
};

}  // namespace waybill
