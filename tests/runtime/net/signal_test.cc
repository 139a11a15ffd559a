// Signal: whom the signals of Unix wake. They are real ones, sent to this process by itself.
#include <csignal>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using signal::Signal;
using signal::SignalKind;
using test::some_turns;

Task<void> receives(SignalKind kind, int times, int* received) {
  Signal stream(kind);
  while (*received < times) {
    co_await stream.recv();
    ++*received;
  }
}

Task<void> each_is_told_of_its_own() {
  int hangups = 0, terms = 0, others = 0;
  auto hup = spawn(receives(SignalKind::hangup(), 2, &hangups));
  auto also = spawn(receives(SignalKind::hangup(), 2, &others));
  auto term = spawn(receives(SignalKind::terminate(), 1, &terms));
  co_await some_turns();
  ::raise(SIGHUP);
  co_await some_turns();
  EXPECT_EQ(hangups, 1);
  EXPECT_EQ(others, 1) << "every Signal is told";
  EXPECT_EQ(terms, 0);
  ::raise(SIGHUP);
  co_await hup;
  co_await also;
  ::raise(SIGTERM);
  co_await term;
}
TEST(Signal, IsTheKindsThatItWaitsForAndTheProgramLivesOn) {
  Runtime().block_on(each_is_told_of_its_own());
}

Task<void> between_two() {
  Signal stream(SignalKind::user_defined1());
  ::raise(SIGUSR1);
  ::raise(SIGUSR1);
  co_await stream.recv();  // both
  auto next = stream.recv();
  const auto none = co_await time::timeout(std::chrono::milliseconds(2), next);
  EXPECT_FALSE(none);
  ::raise(SIGUSR1);
  co_await stream.recv();
  Signal late(SignalKind::user_defined1());  // counts from here
  const auto early = co_await time::timeout(std::chrono::milliseconds(2), late.recv());
  EXPECT_FALSE(early);
}
TEST(Signal, ThatCameBetweenTwoRecvIsNotMissed) { Runtime().block_on(between_two()); }

TEST(Signal, ThatCannotBeWaitedForIsRefused) {
  for (const int number : {SIGKILL, SIGSTOP, SIGSEGV, SIGFPE, 0, -1, 1000}) {
    EXPECT_THROW(Signal(SignalKind::from_raw(number)), std::system_error) << number;
  }
}

// A handler that was there before is called as well.
volatile std::sig_atomic_t g_calls = 0;
Task<void> with_a_handler_before() {
  std::signal(SIGUSR2, [](int) { g_calls = g_calls + 1; });
  Signal stream(SignalKind::user_defined2());
  ::raise(SIGUSR2);
  co_await stream.recv();
  EXPECT_EQ(g_calls, 1);
}
TEST(Signal, KeepsTheHandlerThatWasThere) { Runtime().block_on(with_a_handler_before()); }

// Of a signal that no other test takes.
volatile std::sig_atomic_t g_calls_once = 0;
Task<void> with_a_handler_for_one_signal() {
  struct sigaction once = {};
  once.sa_handler = [](int) { g_calls_once = g_calls_once + 1; };
  once.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGVTALRM, &once, nullptr);
  Signal stream(SignalKind::from_raw(SIGVTALRM));
  for (int i = 0; i < 3; ++i) {
    ::raise(SIGVTALRM);
    co_await stream.recv();
  }
  EXPECT_EQ(g_calls_once, 1);
}
TEST(Signal, CallsAHandlerOnceThatAskedForThat) {
  Runtime().block_on(with_a_handler_for_one_signal());
}

}  // namespace
}  // namespace ari
