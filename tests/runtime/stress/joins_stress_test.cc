// Joins race with the ends and aborts of the tasks that are joined, while somebody listens and
// somebody else takes dumps: what is told of joins is told where a poll suspends, of tasks that
// there are, and no dump finds a circle where there is none.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/dump/circles.h"
#include "runtime/trace/dispatch.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using std::chrono::milliseconds;
using trace::SpanId;

// Holds what it hears to what joins promise. Listens from its making to its end.
class Witness final : public trace::Subscriber {
 public:
  Witness() { trace::set_subscriber(this); }
  ~Witness() override { trace::set_subscriber(nullptr); }

  std::size_t joins() const noexcept { return joins_.load(); }

  void new_span(SpanId id, SpanId, const trace::Metadata& metadata,
                std::span<const trace::Value>) noexcept override {
    expect_no_exit_is_due();
    if (metadata.name != "runtime.spawn") return;
    const std::lock_guard lock(mutex_);
    tasks_.insert(id);
  }
  void enter(SpanId, trace::EnterReason) noexcept override { expect_no_exit_is_due(); }
  void exit(SpanId id, std::source_location parked_at) noexcept override {
    const SpanId due = std::exchange(t_exit_due_, trace::kNoSpan);
    if (due == trace::kNoSpan) return;
    EXPECT_EQ(id, due);
    EXPECT_NE(parked_at.line(), 0u);
  }
  void close(SpanId, trace::Outcome) noexcept override { expect_no_exit_is_due(); }
  void event(SpanId in, const trace::Metadata& metadata,
             std::span<const trace::Value> values) noexcept override {
    if (metadata.target != "runtime::join") return;
    expect_no_exit_is_due();
    t_exit_due_ = in;
    joins_.fetch_add(1);
    if (values[1].type() == trace::ValueType::kNone) return;  // all have ended by now
    const std::lock_guard lock(mutex_);
    EXPECT_TRUE(tasks_.contains(values[1].as_u64()));
    EXPECT_NE(in, values[1].as_u64());
  }
  void waker(SpanId, trace::WakerOp, SpanId) noexcept override { expect_no_exit_is_due(); }

 private:
  static void expect_no_exit_is_due() { EXPECT_EQ(t_exit_due_, trace::kNoSpan); }

  static inline thread_local SpanId t_exit_due_ = trace::kNoSpan;  // the task that told a join
  std::atomic<std::size_t> joins_ = 0;
  std::mutex mutex_;
  std::set<SpanId> tasks_;
};

Task<int> works(int number, Dice dice) {
  for (unsigned steps = dice.below(5); steps > 0; --steps) co_await gives_way(dice);
  if (dice.one_in(10)) throw std::runtime_error("expected");
  co_return number;
}

Task<void> joins_handles(Dice dice) {
  for (int i = 0; i < 6; ++i) {
    auto first = spawn(works(1, dice.fork())), second = spawn(works(2, dice.fork()));
    const AbortHandle abort = first.abort_handle();
    if (dice.one_in(3)) abort.abort();
    try {
      switch (dice.below(4)) {
        case 0:
          co_await first;
          break;
        case 1:
          co_await select(first, second);
          break;
        case 2:
          co_await ari::join(first, second);
          break;
        default:
          static_cast<void>(co_await time::timeout(milliseconds(dice.below(2)), first));
          abort.abort();
      }
    } catch (const std::exception&) {
    }
  }
}

Task<void> joins_sets(Dice dice) {
  JoinSet<int> set;
  for (int i = 0; i < 12; ++i) {
    const AbortHandle abort = set.spawn(works(i, dice.fork()));
    if (dice.one_in(4)) abort.abort();
    if (dice.one_in(3)) co_await set.join_next();
    if (dice.one_in(8)) co_await set.shutdown();
  }
  while (!set.empty()) co_await set.join_next();
}

Task<void> joins_in_a_local_set(LocalSet* local, Dice dice) {
  for (int i = 0; i < 4; ++i) {
    auto handle = local->spawn_local(joins_handles(dice.fork()));
    if (dice.one_in(3)) handle.abort();
  }
  co_await *local;
}

TEST(JoinsStress, AreToldWhereAPollSuspendsAndNoDumpFindsACircle) {
  std::size_t told = 0;
  on_each_seed([&told](World& world) {
    Witness witness;
    std::atomic<bool> ended = false;
    std::thread dumper([handle = world.runtime().handle(), &ended] {
      do {
        const Dump dump = handle.dump();
        EXPECT_TRUE(dump.circles().empty()) << to_string(dump.circles().front(), dump);
        EXPECT_FALSE(dump.to_string().empty());
      } while (!ended.load());
    });
    world.mortal_crowd(6, [](int number, Dice dice) {
      return number % 2 == 0 ? joins_handles(dice) : joins_sets(dice);
    });
    {
      LocalSet local;
      world.run(joins_in_a_local_set(&local, world.dice().fork()));
    }
    ended = true;
    dumper.join();
    world.end();
    told += witness.joins();
  });
  EXPECT_GT(told, 0u);
}

}  // namespace
}  // namespace ari::stress
