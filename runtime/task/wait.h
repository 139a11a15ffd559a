// Wait: what a future says of that which it waits for.
//
// For dumps (runtime/dump): asked of a future that said kPending, while nobody polls its
// task. A future that knows more than the name of its type says so by a function
//
//   ari::task::Wait wait() const noexcept;
//
// which reads what belongs to its task, and of what others change only atomics and what a
// lock guards for a moment. One that waits for the end of tasks says so in `joins`, and by a
// constant kIsJoin that is true: then the log has it too.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <source_location>
#include <string_view>

#include "runtime/task/joined.h"
#include "runtime/trace/subscriber.h"

namespace ari::task {

struct Wait {
  // What there is of permits, and how many of them it waits for.
  struct Permits {
    std::size_t wanted;
    std::size_t free;
  };
  static constexpr std::size_t kMostSharers = 4;

  std::string_view op;                      // "Mutex::lock"; a literal
  trace::SpanId resource = trace::kNoSpan;  // the span of what it waits for, if on record
  std::source_location made_at = {};        // where that was made; line 0: not known
  trace::SpanId held_by = trace::kNoSpan;   // the task that locked it, if known
  const void* guard = nullptr;              // of the one that locked it; never to be looked into
  Joined joins = {};                        // the tasks whose end it waits for
  std::optional<std::chrono::nanoseconds> due_in = {};  // of a timer; negative: it is late
  std::optional<Permits> permits = {};                  // of a semaphore
  // Some of the tasks that have permits of it, or read under it; kNoSpan in unused places. If
  // all are used there may be more, and in any case threads that got theirs outside of a task.
  std::array<trace::SpanId, kMostSharers> shared_with = {};
  std::array<const void*, kMostSharers> share_guards = {};  // theirs, of a RwLock
  // Of a RwLock: for what.
  enum class Locks : unsigned char { kNothing, kToRead, kToWrite };
  Locks locks = Locks::kNothing;
  // Of a lock or semaphore: this request, and the one that is first in its line. Never to be looked
  // into.
  const void* request = nullptr;
  const void* first_in_line = nullptr;
};

// The name of F as the compiler spells it.
template <class F>
constexpr std::string_view type_name() noexcept {
  // "… type_name() [with F = app::Flag; std::string_view = …]", or clang's "… [F = app::Flag]".
  constexpr std::string_view kPretty = __PRETTY_FUNCTION__;
  constexpr std::size_t kBegin = kPretty.find("F = ") + 4;
  constexpr std::size_t kEnd = kPretty.find(';', kBegin);
  return kPretty.substr(kBegin,
                        (kEnd == std::string_view::npos ? kPretty.rfind(']') : kEnd) - kBegin);
}

// Whether F waits for the end of tasks.
template <class F>
inline constexpr bool kIsJoin = false;
template <class F>
  requires(F::kIsJoin)
inline constexpr bool kIsJoin<F> = true;

// What the future waits for.
template <class F>
Wait wait_of(const F& future) noexcept {
  if constexpr (requires { future.wait(); }) {
    return future.wait();
  } else {
    return Wait{type_name<F>()};
  }
}

}  // namespace ari::task
