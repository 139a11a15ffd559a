// Rare<T>: a T that most do not have. Takes a pointer's room where an optional takes a T's.
#pragma once

#include <memory>
#include <utility>

namespace ari::replay {

// Owns its value; a copy copies it.
template <typename T>
class Rare {
 public:
  Rare() = default;
  Rare(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Rare(const Rare& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(Rare other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }

  void reset() noexcept { value_.reset(); }

  explicit operator bool() const noexcept { return value_ != nullptr; }
  // Requires: there is a value.
  const T& operator*() const noexcept { return *value_; }
  const T* operator->() const noexcept { return value_.get(); }

  T& operator*() noexcept { return *value_; }

  // A value made anew where there is none.
  T value_or_new() const { return value_ ? *value_ : T{}; }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace ari::replay
