// Programs that must not compile, and what the compiler must say of each. Never built: each test
// compiles one, the one that MISUSE names.
#include <chrono>
#include <coroutine>
#include <utility>

#include "runtime/task/task.h"
#include "runtime/time/sleep.h"

using namespace std::chrono_literals;

ari::Task<int> answer() { co_return 42; }

ari::Task<void> misuse() {
#if MISUSE == 0  // none: this one compiles
  auto task = answer();
  co_await std::move(task);
  co_await ari::time::sleep(5ms);
#elif MISUSE == 1
  auto task = answer();
  co_await task;
#elif MISUSE == 2
  co_await 5ms;
#elif MISUSE == 3
  co_await 42;
#elif MISUSE == 4
  co_await std::suspend_always();
#endif
}
