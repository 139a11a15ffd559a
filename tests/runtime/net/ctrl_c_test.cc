// ctrl_c: whom SIGINT wakes. The signals are real ones, sent to this process by itself.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using test::some_turns;

Task<void> waits() { co_await signal::ctrl_c(); }

Task<void> two_wait() {
  auto first = spawn(waits());
  auto second = spawn(waits());
  co_await some_turns();
  EXPECT_FALSE(first.is_finished());
  ::raise(SIGINT);
  co_await first;
  co_await second;

  auto third = spawn(waits());  // what was before does not count
  co_await some_turns();
  EXPECT_FALSE(third.is_finished());
  ::raise(SIGINT);
  co_await third;
}
TEST(CtrlC, EndsAllThatWaitAndNotTheProgram) { Runtime().block_on(two_wait()); }

Task<void> counts_from_the_call() {
  auto signal = signal::ctrl_c();
  ::raise(SIGINT);
  co_await signal;
}
TEST(CtrlC, CountsFromItsCallNotItsAwait) { Runtime().block_on(counts_from_the_call()); }

Task<void> child_is_interrupted() {
  auto waiting = spawn(waits());
  co_await some_turns();
  const pid_t child = ::fork();
  if (child == 0) {
    ::raise(SIGINT);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << "the child has the handler too";
  co_await some_turns();
  EXPECT_FALSE(waiting.is_finished());
  ::raise(SIGINT);
  co_await waiting;
}
TEST(CtrlC, SignalOfAChildIsNotTheParents) { Runtime().block_on(child_is_interrupted()); }

// Needs a process in which ctrl_c() was never called: so it runs in one of its own.
volatile std::sig_atomic_t g_interrupts = 0;
void chained_program() {
  std::signal(SIGINT, [](int) { g_interrupts = g_interrupts + 1; });
  Runtime().block_on(counts_from_the_call());
  std::_Exit(g_interrupts == 1 ? 0 : 1);
}
TEST(CtrlCDeathTest, CallsTheHandlerThatWasThereBefore) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(chained_program(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace ari
