// What cannot be co_awaited in a Task, and what to write instead: said in words where a compiler
// would list the functions that do not fit.
#pragma once

#include <chrono>
#include <type_traits>

#include "runtime/task/future.h"

namespace ari {

template <class T>
class Task;

namespace task {

template <class X>
inline constexpr bool kIsDuration = false;
template <class R, class P>
inline constexpr bool kIsDuration<std::chrono::duration<R, P>> = true;

template <class X>
inline constexpr bool kIsAnyTask = false;
template <class T>
inline constexpr bool kIsAnyTask<Task<T>> = true;

// Never compiles. X: as deduced for X&&, of what stands behind co_await.
template <class X>
void refuse_to_await() {
  using Thing = std::remove_cvref_t<X>;
  static_assert(!kIsAnyTask<Thing>,
                "a Task that has a name is moved into its co_await: co_await std::move(task)");
  static_assert(!kIsDuration<Thing>, "to wait for some time, co_await ari::time::sleep(duration)");
  static_assert(!Borrowing<Thing>,
                "this future refers to temporaries: co_await it in the expression that makes it");
  static_assert(kIsAnyTask<Thing> || kIsDuration<Thing> || Borrowing<Thing>,
                "co_await takes an ari::Task or a Future (runtime/task/future.h); this is neither");
}

}  // namespace task
}  // namespace ari
