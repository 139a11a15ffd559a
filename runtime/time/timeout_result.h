// TimeoutResult: what came of a wait that a timeout ended, or did not have to.
//
//   auto answer = co_await ari::time::timeout(seconds(1), receiver);
//   if (answer) use(*answer);
//   use(answer.value());          // throws Elapsed if time was out
//
// A value, not an exception, since that time runs out is what the caller asked about; but
// value() makes an exception of it for callers that have no answer to it. Shaped like
// C++23's std::expected<T, Elapsed>, so that the standard one can replace it.
#pragma once

#include <optional>
#include <stdexcept>
#include <utility>

namespace ari::time {

// Time was out.
class Elapsed : public std::runtime_error {
 public:
  Elapsed() : std::runtime_error("ari: time was out") {}
};

template <class T>
class [[nodiscard]] TimeoutResult {
 public:
  TimeoutResult() noexcept = default;  // time was out
  explicit TimeoutResult(T value) : value_(std::move(value)) {}

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  // Requires: has_value().
  T& operator*() & noexcept { return *value_; }
  const T& operator*() const& noexcept { return *value_; }
  T&& operator*() && noexcept { return *std::move(value_); }
  T* operator->() noexcept { return &*value_; }
  const T* operator->() const noexcept { return &*value_; }

  // Throws Elapsed if there is none.
  T& value() & { return has_value() ? *value_ : throw Elapsed(); }
  const T& value() const& { return has_value() ? *value_ : throw Elapsed(); }
  T&& value() && { return has_value() ? *std::move(value_) : throw Elapsed(); }

 private:
  std::optional<T> value_;
};

// Of what yields nothing: whether it was in time.
template <>
class [[nodiscard]] TimeoutResult<void> {
 public:
  TimeoutResult() noexcept = default;  // time was out
  explicit TimeoutResult(std::in_place_t) noexcept : in_time_(true) {}

  bool has_value() const noexcept { return in_time_; }
  explicit operator bool() const noexcept { return in_time_; }
  void value() const {
    if (!in_time_) throw Elapsed();
  }

 private:
  bool in_time_ = false;
};

}  // namespace ari::time
