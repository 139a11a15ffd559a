// Received: a value from a channel, or why there is none.
//
//   auto got = receiver.try_recv();
//   if (got) use(*got);
//   else if (got.error() == ari::sync::NoValue::kClosed) …
//
// Shaped like C++23's std::expected.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace ari::sync {

enum class NoValue : std::uint8_t {
  kEmpty,   // nothing there now; more may come
  kClosed,  // nothing there, and nothing will come
  kLagged,  // the receiver was too slow, and missed() values are gone (broadcast only)
};

template <class T>
class [[nodiscard]] Received {
 public:
  Received(T value) : value_(std::move(value)) {}
  Received(NoValue why, std::uint64_t missed = 0) noexcept : why_(why), missed_(missed) {}

  bool has_value() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }

  // Requires: has_value().
  T& operator*() & noexcept { return *value_; }
  const T& operator*() const& noexcept { return *value_; }
  T&& operator*() && noexcept { return *std::move(value_); }
  T* operator->() noexcept { return &*value_; }
  const T* operator->() const noexcept { return &*value_; }

  // Requires: !has_value().
  NoValue error() const noexcept { return why_; }

  // With kLagged: how many values the receiver will never get.
  std::uint64_t missed() const noexcept { return missed_; }

 private:
  std::optional<T> value_;
  NoValue why_ = NoValue::kEmpty;
  std::uint64_t missed_ = 0;
};

}  // namespace ari::sync
