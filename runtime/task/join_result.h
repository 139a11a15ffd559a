// JoinResult: how a task ended, value or exception, to be looked at without a throw.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "runtime/trace/subscriber.h"

namespace ari {

template <class T>
class [[nodiscard]] JoinResult {
 public:
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

  // For the task that has ended: a value if it completed, else an error.
  JoinResult(trace::SpanId task_id, trace::Outcome outcome, std::optional<Value> value,
             std::exception_ptr error)
      : task_id_(task_id), outcome_(outcome), value_(std::move(value)), error_(std::move(error)) {}

  trace::SpanId task_id() const noexcept { return task_id_; }

  // Completed, panicked (by an exception) or cancelled.
  trace::Outcome outcome() const noexcept { return outcome_; }
  bool has_value() const noexcept { return outcome_ == trace::Outcome::kCompleted; }
  explicit operator bool() const noexcept { return has_value(); }

  // What the task returned, once; else throws what left its body, or JoinError.
  T value() {
    if (error_) std::rethrow_exception(error_);
    if constexpr (!std::is_void_v<T>) return *std::move(value_);
  }

  // What value() would throw; null if it would not.
  std::exception_ptr error() const noexcept { return error_; }

 private:
  trace::SpanId task_id_;
  trace::Outcome outcome_;
  std::optional<Value> value_;
  std::exception_ptr error_;
};

}  // namespace ari
