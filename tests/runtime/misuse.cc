// Programs that must not compile, and what the compiler must say of each. Never built: each test
// compiles one, the one that MISUSE names.
#include <chrono>
#include <coroutine>
#include <string>
#include <utility>

#include "runtime/task/task.h"
#include "runtime/time/sleep.h"
#include "runtime/trace/callsite.h"

using namespace std::chrono_literals;

enum class Color { kRed };

ari::Task<int> answer() { co_return 42; }

ari::Task<void> misuse() {
#if MISUSE == 0  // none: this one compiles
  auto task = answer();
  co_await std::move(task);
  co_await ari::time::sleep(5ms);
  ARI_INFO("sent", ("bytes", 1), ("to", std::string("a")), ("from", "b"), ("all", true));
#elif MISUSE == 1
  auto task = answer();
  co_await task;
#elif MISUSE == 2
  co_await 5ms;
#elif MISUSE == 3
  co_await 42;
#elif MISUSE == 4
  co_await std::suspend_always();
#elif MISUSE == 5
  ARI_INFO("sent", ("color", Color::kRed));
#elif MISUSE == 6
  const int bytes = 1;
  ARI_INFO("sent", bytes);
#elif MISUSE == 7
  ARI_INFO("sent", ("bytes", 1), ("after", 5ms));
#elif MISUSE == 8
  const int bytes = 1;
  ARI_WARN("sent", ("bytes", &bytes));
#elif MISUSE == 9
  const auto span = ARI_SPAN("send", ("bytes", 1), 2);
#endif
}
