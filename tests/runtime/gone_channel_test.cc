// A channel whose last ends go while it is being sent into, or closed: by the task that this wakes,
// which may run, on another thread, before the call has returned. The sanitizers see it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>

#include "runtime/ari.h"
#include "tests/runtime/at_first_wake.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using test::boxed;
using test::poll_once;

// The two ends of a channel, to be destroyed by reset().
template <class Ends>
using Kept = std::unique_ptr<Ends>;
template <class Ends>
Kept<Ends> keep(Ends ends) {
  return std::make_unique<Ends>(std::move(ends));
}

using Act = std::function<void()>;

Task<void> sends_by_watch(Act* at_first_wake) {
  auto ends = keep(watch::channel(0));
  auto wait = boxed([&] { return ends->second.changed(); });
  const bool is_ready = co_await poll_once(*wait);
  EXPECT_FALSE(is_ready);
  *at_first_wake = [&] {
    wait.reset();
    ends.reset();
  };
  ends->first.send_replace(1);
}

Task<void> sends_by_broadcast(Act* at_first_wake) {
  auto ends = keep(broadcast::channel<int>(1));
  auto wait = boxed([&] { return ends->second.recv(); });
  const bool is_ready = co_await poll_once(*wait);
  EXPECT_FALSE(is_ready);
  *at_first_wake = [&] {
    wait.reset();
    ends.reset();
  };
  EXPECT_EQ(ends->first.send(1), 1u);
}

Task<void> sends_by_oneshot(Act* at_first_wake) {
  auto ends = keep(oneshot::channel<int>());
  const bool is_ready = co_await poll_once(ends->second);
  EXPECT_FALSE(is_ready);
  *at_first_wake = [&] { ends.reset(); };
  EXPECT_FALSE(ends->first.send(1));
}

// Of a channel with room for one.
template <class Ends, class Close>
Task<void> closes_while_one_waits(Act* at_first_wake, Kept<Ends> ends, Close close) {
  EXPECT_FALSE(ends->first.try_send(1));
  auto wait = boxed([&] { return ends->first.send(2); });
  const bool is_ready = co_await poll_once(*wait);
  EXPECT_FALSE(is_ready);
  *at_first_wake = [&] {
    wait.reset();
    ends.reset();
  };
  close(ends->second);
}

Task<void> closes_mpsc(Act* at_first_wake) {
  return closes_while_one_waits(at_first_wake, keep(mpsc::channel<int>(1)),
                                [](auto& receiver) { receiver.close(); });
}

Task<void> closes_mpmc(Act* at_first_wake) {
  return closes_while_one_waits(at_first_wake, keep(mpmc::channel<int>(1)),
                                [](auto& receiver) { EXPECT_TRUE(receiver.close()); });
}

struct Case {
  const char* name;
  Task<void> (*uses)(Act* at_first_wake);
};

class GoneChannel : public testing::TestWithParam<Case> {};

TEST_P(GoneChannel, MayGoByWhoeverItWakes) {
  Act at_first_wake;
  test::AtFirstWake acting([&] { at_first_wake(); });
  Runtime().block_on(GetParam().uses(&at_first_wake));
  EXPECT_TRUE(acting.has_acted());
}

INSTANTIATE_TEST_SUITE_P(, GoneChannel,
                         testing::Values(Case{"Watch", sends_by_watch},
                                         Case{"Broadcast", sends_by_broadcast},
                                         Case{"Oneshot", sends_by_oneshot},
                                         Case{"Mpsc", closes_mpsc}, Case{"Mpmc", closes_mpmc}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace ari
