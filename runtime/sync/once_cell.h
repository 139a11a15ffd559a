// OnceCell: a value that is made once, by whoever needs it first.
//
//   ari::sync::OnceCell<Config> config;
//   …                                                // in any number of tasks:
//   const Config& c = co_await config.get_or_init(load_config);
//
// The first to come runs load_config(), a coroutine; the others wait for it. If it throws,
// or the task that runs it is destroyed, the next one that waits tries with its own. Once
// there, the value stays what it is and where it is, and is had without waiting.
//
// Any thread may use it; it must outlive whoever waits. In logs it is the resource of the
// Semaphore of one permit that it consists of beside the value.
#pragma once

#include <atomic>
#include <concepts>
#include <functional>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include "runtime/sync/semaphore.h"
#include "runtime/task/task.h"

namespace ari::sync {

template <class T>
class OnceCell {
 public:
  // `at` is where the log says that it was made; give it to std::make_shared, which would
  // otherwise name a file of the standard library.
  explicit OnceCell(std::source_location at = std::source_location::current())
      : semaphore_(1, at) {}
  OnceCell(const OnceCell&) = delete;
  OnceCell& operator=(const OnceCell&) = delete;

  // The value, or null while there is none.
  const T* get() const noexcept { return is_set() ? &*value_ : nullptr; }

  // acquire: pairs with the release in store(), so that who sees it sees the value.
  bool is_set() const noexcept { return is_set_.load(std::memory_order_acquire); }

  // Sets the value, unless there is one or somebody is making one: then gives it back.
  std::optional<T> set(T value) {
    std::optional<SemaphorePermit> turn = semaphore_.try_acquire();
    if (!turn) return value;
    store(std::move(value), *turn);
    return std::nullopt;
  }

  // The value; if there is none, what the coroutine make() returns becomes it. Throws what
  // make() throws.
  template <class F>
    requires std::same_as<std::invoke_result_t<F&>, Task<T>>
  Task<std::reference_wrapper<const T>> get_or_init(F make) {
    if (is_set()) co_return std::cref(*value_);
    std::optional<SemaphorePermit> turn;
    try {
      SemaphorePermit permit = co_await semaphore_.acquire();
      turn.emplace(std::move(permit));
    } catch (const AcquireError&) {
      // There is no more turn to wait for: somebody else has made the value.
    }
    if (turn) {
      T value = co_await make();
      store(std::move(value), *turn);
    }
    co_return std::cref(*value_);
  }

 private:
  // The semaphore is closed as soon as there is a value, so that nobody waits for it any more.
  void store(T value, SemaphorePermit& turn) {
    value_.emplace(std::move(value));
    is_set_.store(true, std::memory_order_release);
    semaphore_.close();
    turn.forget();
  }

  Semaphore semaphore_;
  std::optional<T> value_;  // written by whoever has the permit, then never again
  std::atomic<bool> is_set_{false};
};

}  // namespace ari::sync
