// A Barrier against a model of it: waits that are polled and given up in any order, over many
// generations.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using test::take_any;

class BarrierRun {
 public:
  explicit BarrierRun(unsigned seed) : chances_(seed), size_(chances_.below(5)), barrier_(size_) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 30 || waits_.empty()) {
        waits_.push_back(std::unique_ptr<Wait>(
            new Wait{test::boxed([&] { return barrier_.wait(); }), test::Alarm()}));
      } else if (what < 90) {
        co_await polls(*waits_[chances_.below(waits_.size())]);
      } else {
        take_any(waits_, chances_);
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  struct Wait {
    std::unique_ptr<sync::BarrierWait> future;
    test::Alarm alarm;
    bool has_op = false;  // from its first poll on
    int generation = -1;  // that it is of, once it has arrived
  };

  Task<void> polls(Wait& wait) {
    const bool starved = chances_.one_in(6);
    bool leads = false;
    if (!starved && wait.generation < 0) {
      wait.generation = generation_;
      leads = ++arrived_ >= std::max<std::size_t>(size_, 1);
      if (leads) {
        ++generation_;
        arrived_ = 0;
      }
    }
    wait.has_op = true;
    const bool told = co_await test::poll_with(*wait.future, wait.alarm, starved);
    EXPECT_EQ(told, !starved && wait.generation < generation_);
    if (!told) co_return;
    EXPECT_EQ(wait.future->result().is_leader(), leads);
    std::erase_if(waits_, [&](const auto& each) { return each.get() == &wait; });
  }

  void check(const test::Ledger& ledger) const {
    std::size_t open = 0;
    for (const auto& wait : waits_) {
      open += wait->has_op;
      const bool may_go = wait->generation >= 0 && wait->generation < generation_;
      EXPECT_TRUE(!may_go || wait->alarm.has_rung()) << "one who was not let go with the others";
    }
    ledger.expect_open_ops(open);
    ledger.expect_attribute("arrived", static_cast<std::int64_t>(arrived_));
  }

  test::Chances chances_;
  const std::size_t size_;
  sync::Barrier barrier_;
  int generation_ = 0;
  std::size_t arrived_ = 0;
  std::vector<std::unique_ptr<Wait>> waits_;
};

TEST(BarrierModel, LetsGoAsTheModelSays) { test::runs<BarrierRun>(200); }

}  // namespace
}  // namespace ari
