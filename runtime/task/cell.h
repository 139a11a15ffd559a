// Cell: a task with the coroutine that it runs and the result that it leaves.
#pragma once

#include <optional>
#include <stdexcept>
#include <utility>

#include "runtime/task/header.h"
#include "runtime/task/join_error.h"
#include "runtime/task/join_result.h"
#include "runtime/task/task.h"

namespace ari::task {

template <class T>
class Cell : public Header {
 public:
  Cell(Task<T> task, std::shared_ptr<scheduler::Scheduler> scheduler, std::string_view kind,
       std::string_view name, std::source_location at)
      : Header(std::move(scheduler), name, {kind, name, at, task.frame_.there().size_bytes()}),
        root_(std::move(task.frame_)) {
    frames_.push(root_);
  }

  // The result, once, for the join handle of a complete task. Throws std::logic_error the
  // second time.
  T result() {
    if (std::exchange(is_joined_, true)) [[unlikely]] {
      throw std::logic_error("ari: a JoinHandle was co_awaited that had given its result");
    }
    if (outcome_ == trace::Outcome::kCancelled) throw JoinError(span().id(), name());
    if (outcome_ == trace::Outcome::kPanicked) std::rethrow_exception(error_);
    if constexpr (!std::is_void_v<T>) return *std::move(result_);
  }

  // The same as something that can be asked how it went.
  JoinResult<T> join_result() {
    std::exception_ptr error = error_;
    if (outcome_ == trace::Outcome::kCancelled) {
      error = std::make_exception_ptr(JoinError(span().id(), name()));
    }
    return JoinResult<T>(span().id(), outcome_, std::move(result_), std::move(error));
  }

 private:
  std::exception_ptr keep_result() noexcept override {
    try {
      auto& promise = *static_cast<Promise<T>*>(root_.get());
      if constexpr (std::is_void_v<T>) {
        promise.result();
      } else {
        result_.emplace(promise.result());
      }
      return nullptr;
    } catch (...) {
      return std::current_exception();
    }
  }

  void drop_result() noexcept override {
    result_.reset();
    error_ = nullptr;
  }

  void drop_root() noexcept override { root_.reset(); }

  OwnedFrame root_;
  std::optional<typename JoinResult<T>::Value> result_;
  bool is_joined_ = false;
};

}  // namespace ari::task
