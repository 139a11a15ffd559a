// OnceCells, one after the other, against a model of them: those who need the value come, wait,
// make it, fail and give up in any order, and others set it.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/line.h"
#include "tests/runtime/models/runs.h"

namespace ari {
namespace {

using namespace sync;
using Cell = OnceCell<int>;
using Got = std::reference_wrapper<const int>;

// Makes what it is told to make; fails if it is told nothing.
class Make {
 public:
  explicit Make(oneshot::Receiver<int> told) : told_(std::move(told)) {}
  Task<int> operator()() { return run(std::move(told_)); }

 private:
  static Task<int> run(oneshot::Receiver<int> told) {
    auto value = co_await told;
    if (!value) throw std::runtime_error("told nothing");
    co_return *value;
  }
  oneshot::Receiver<int> told_;
};

class OnceCellRun {
 public:
  explicit OnceCellRun(unsigned seed) : chances_(seed) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      if (!cell_) cell_.emplace();
      const std::size_t what = chances_.below(100);
      if (what < 20) {
        needs_.push_back(needs());
      } else if (what < 65 && !needs_.empty()) {
        co_await polls(*needs_[chances_.below(needs_.size())]);
      } else {
        act(what);
      }
      co_await task::yield_now();
      check(*ledger);
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  struct Need {
    int who;
    std::optional<oneshot::Sender<int>> tell;
    std::unique_ptr<task::Branch<Got>> value;
    test::Alarm alarm;
    std::optional<int> told{};
    bool waits = false;  // for its turn or for what it is told
    bool makes = false;
  };

  std::unique_ptr<Need> needs() {
    auto ends = oneshot::channel<int>();
    Make make(std::move(ends.second));
    auto value = std::make_unique<task::Branch<Got>>(cell_->get_or_init(std::move(make)));
    return std::unique_ptr<Need>(
        new Need{next_++, std::move(ends.first), std::move(value), test::Alarm()});
  }

  // Whether it goes on now with what it waits for, if it is polled with budget.
  bool may_go(const Need& need) const {
    if (need.makes) return !need.tell;
    return value_ || (line_.has.contains(need.who) && line_.is_served(need.who));
  }

  Task<void> polls(Need& need) {
    const bool starved = chances_.one_in(6);
    const bool has_come = line_.has.contains(need.who);
    if (!value_ && !need.makes && !has_come) line_.arrive(need.who, 1);
    const bool goes = may_go(need) && (!starved || (value_ && !need.makes));
    if (goes && !value_) need.makes = true;
    const bool want = goes && (value_ || !need.tell);
    const bool told = co_await test::poll_with(*need.value, need.alarm, starved);
    EXPECT_EQ(told, want) << "who needs it, number " << need.who;
    need.waits = !told && (need.waits || !starved);
    if (!told) co_return;
    if (need.makes && !need.told) {
      EXPECT_THROW(need.value->result(), std::runtime_error);
    } else {
      if (!value_) becomes(*need.told);
      const int& got = need.value->result();
      EXPECT_EQ(&got, cell_->get());
      EXPECT_EQ(got, *value_);
    }
    ends(need);
  }
  void becomes(int value) {
    value_ = value;
    line_.close();
  }
  void ends(Need& need) {
    need.value.reset();
    if (line_.has.contains(need.who)) line_.leave(need.who);
    std::erase_if(needs_, [&](const auto& each) { return each.get() == &need; });
  }

  void act(std::size_t what) {
    if (what < 85) {
      if (needs_.empty()) return;
      Need& need = *needs_[chances_.below(needs_.size())];
      if (what < 76) {
        tell(need);
      } else {
        ends(need);
      }
    } else if (what < 88) {
      const int value = next_value_++;
      const bool is_free = !value_ && line_.free > 0;
      EXPECT_EQ(cell_->set(value), is_free ? std::nullopt : std::optional(value));
      if (is_free) becomes(value);
    } else if (value_ && needs_.empty()) {
      cell_.reset();
      value_.reset();
      line_ = test::Line(1);
    }
  }
  void tell(Need& need) {
    if (!need.tell) return;
    if (chances_.one_in(2)) {
      const int value = next_value_++;
      if (!need.tell->send(value)) need.told = value;
    }
    need.tell.reset();
  }

  void check(const test::Ledger& ledger) {
    if (!cell_) return;
    EXPECT_EQ(cell_->is_set(), value_.has_value());
    EXPECT_EQ(cell_->get() != nullptr, value_.has_value());
    std::size_t waits = 0;
    for (const auto& need : needs_) {
      waits += line_.has.contains(need->who) && !need->makes;
      EXPECT_TRUE(!need->waits || !may_go(*need) || need->alarm.has_rung()) << "a turn not told";
    }
    ledger.expect_open_ops("Semaphore::acquire", waits);
  }

  test::Chances chances_;
  std::optional<Cell> cell_;
  std::optional<int> value_;
  test::Line line_{1};  // of those whose turn it is to make it
  int next_ = 0;
  int next_value_ = 0;
  std::vector<std::unique_ptr<Need>> needs_;
};

TEST(OnceCellModel, IsMadeByWhomTheModelSays) { test::runs<OnceCellRun>(200); }

}  // namespace
}  // namespace ari
