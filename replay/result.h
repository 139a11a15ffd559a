// Result<T>: a value, or the reason why there is none.
//
// The shape of C++23's std::expected, so that the standard one can replace it. Used for
// everything that can fail on input or usage; callers add context on the way up and only
// replay's main prints.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace ari::replay {

struct Error {
  std::string message;  // lower case, input quoted, says what was expected
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Requires: has_value().
  T& value() & { return assert(has_value()), std::get<0>(state_); }
  const T& value() const& { return assert(has_value()), std::get<0>(state_); }
  T&& value() && { return assert(has_value()), std::get<0>(std::move(state_)); }
  // Requires: !has_value().
  const Error& error() const& { return assert(!has_value()), std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace ari::replay
