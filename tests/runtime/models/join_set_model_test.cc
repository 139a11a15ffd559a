// A JoinSet against a model of it: tasks that are spawned, end, fail and are aborted in any order,
// joins that are polled and given up, ready or not, and sets that are moved, dropped and emptied.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/alarm.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using Value = std::shared_ptr<const int>;  // so that results are seen to be kept, and no longer

// Ends as it is told to, by a value or without one, or not at all.
Task<Value> waits_for_its_end(sync::oneshot::Receiver<Value> end,
                              [[maybe_unused]] std::shared_ptr<int> belonging) {
  auto value = co_await end;
  if (!value) throw std::runtime_error("it was told to fail");
  co_return *std::move(value);
}

class JoinSetRun {
 public:
  explicit JoinSetRun(unsigned seed) : chances_(seed), set_(std::make_unique<JoinSet<Value>>()) {}

  Task<void> run(const test::Ledger*) {
    for (int step = 0; step < 250; ++step) {
      // Several in one turn, so that some end a task that another has just ended.
      const std::size_t count = chances_.below(4);
      for (std::size_t i = 0; i < count; ++i) act();
      co_await task::yield_now();
      co_await task::yield_now();
      settle();
      check();
      co_await joins();
      if (testing::Test::HasFailure()) co_return;
    }
  }

 private:
  enum class End { kNone, kValue, kError, kAborted };
  struct Member {
    std::optional<sync::oneshot::Sender<Value>> end_it;
    AbortHandle abort;
    std::weak_ptr<int> belonging;  // alive as long as its coroutine
    bool is_of_set = true;         // else it was detached
    End end = End::kNone;          // that it is to come to, or has
    bool has_ended = false;
    std::weak_ptr<const int> value{};  // that it returned
  };

  void act() {
    const std::size_t what = chances_.below(100);
    if (what < 25) {
      spawns();
    } else if (what < 80) {
      if (members_.empty()) return;
      auto& [id, member] = *std::next(members_.begin(),
                                      static_cast<std::ptrdiff_t>(chances_.below(members_.size())));
      what < 65 ? tell(id, member) : abort(id, member);
    } else if (what < 92) {
      if (!next_ || chances_.one_in(3)) renews(what);
    }
  }
  void spawns() {
    auto ends = sync::oneshot::channel<Value>();
    auto belonging = std::make_shared<int>();
    std::weak_ptr<int> seen = belonging;
    AbortHandle abort =
        set_->spawn(waits_for_its_end(std::move(ends.second), std::move(belonging)));
    const trace::SpanId id = abort.id();
    members_.emplace(id, Member{std::move(ends.first), std::move(abort), std::move(seen)});
    turns_.push_back({id});
    is_waited_for_in_vain_ = false;
  }
  void tell(trace::SpanId id, Member& member) {
    if (!member.end_it) return;
    const bool fails = chances_.one_in(4);
    if (member.end == End::kNone) {
      member.end = fails ? End::kError : End::kValue;
      turns_.push_back({id});
    }
    if (!fails) {
      auto value = std::make_shared<const int>(static_cast<int>(id));
      member.value = value;
      static_cast<void>(member.end_it->send(std::move(value)));
    }
    member.end_it.reset();
  }
  // Even if it was told to end otherwise: it has not had its turn.
  void abort(trace::SpanId id, Member& member) {
    member.abort.abort();
    if (member.has_ended) return;
    member.end = End::kAborted;
    turns_.push_back({id});
  }

  // Ends of the whole set, after which there is another or an empty one.
  void renews(std::size_t what) {
    next_.reset();
    unjoined_ = nullptr;
    if (what < 84) {
      auto moved = std::make_unique<JoinSet<Value>>(std::move(*set_));
      EXPECT_TRUE(set_->empty());
      set_ = std::move(moved);
      return;
    }
    if (what < 87) {
      set_->abort_all();
      std::set<trace::SpanId> all;  // in which order is not said
      for (auto& [id, member] : members_) {
        if (!member.is_of_set || member.has_ended) continue;
        member.end = End::kAborted;
        all.insert(id);
      }
      turns_.push_back(std::move(all));
      return;
    }
    const bool detaches = what < 90;
    for (auto& [id, member] : members_) {
      if (!member.is_of_set) continue;
      member.is_of_set = false;
      if (!detaches && !member.has_ended) member.end = End::kAborted;
    }
    ended_.clear();
    if (detaches) {
      set_->detach_all();
      EXPECT_TRUE(set_->empty());
    } else if (chances_.one_in(2)) {
      set_ = std::make_unique<JoinSet<Value>>();
    } else {
      *set_ = JoinSet<Value>();
    }
  }

  // All who are to end have had their turn, those first who were first made to run.
  void settle() {
    for (const auto& turn : turns_) {
      std::set<trace::SpanId> ended;
      for (const trace::SpanId id : turn) {
        Member& member = members_.at(id);
        if (member.end == End::kNone || std::exchange(member.has_ended, true)) continue;
        if (member.is_of_set) ended.insert(id);
      }
      if (!ended.empty()) ended_.push_back(std::move(ended));
    }
    turns_.clear();
    for (auto& [id, member] : members_) member.has_ended = member.end != End::kNone;
  }

  void check() {
    std::size_t size = 0;
    for (const auto& [id, member] : members_) {
      size += member.is_of_set;
      EXPECT_EQ(member.abort.is_finished(), member.has_ended);
      EXPECT_EQ(member.belonging.expired(), member.has_ended);
      const bool is_kept = member.is_of_set && member.has_ended && member.end == End::kValue;
      EXPECT_EQ(!member.value.expired(), is_kept) << "the result of a task";
    }
    EXPECT_EQ(set_->size(), size);
    std::erase_if(members_,
                  [](const auto& each) { return each.second.has_ended && !each.second.is_of_set; });
    EXPECT_TRUE(!is_waited_for_in_vain_ || ended_.empty() || alarm_.has_rung())
        << "an end that is not told";
  }

  // Takes the first of those who have ended out of the model. Requires: it is one of the first.
  void leaves(trace::SpanId id) {
    ended_.front().erase(id);
    if (ended_.front().empty()) ended_.erase(ended_.begin());
  }
  void expect(JoinResult<Value> got) {
    ASSERT_FALSE(ended_.empty());
    const trace::SpanId id = got.task_id();
    ASSERT_TRUE(ended_.front().contains(id)) << "not the one that ended first";
    leaves(id);
    const Member member = std::move(members_.extract(id).mapped());
    EXPECT_EQ(got.outcome(), member.end == End::kValue   ? trace::Outcome::kCompleted
                             : member.end == End::kError ? trace::Outcome::kPanicked
                                                         : trace::Outcome::kCancelled);
    if (got.has_value()) {
      EXPECT_EQ(*got.value(), static_cast<int>(id));
    }
  }

  Task<void> joins() {
    const std::size_t what = chances_.below(8);
    if (what == 0 && !next_) {
      auto got = set_->try_join_next();
      EXPECT_EQ(got.has_value(), !ended_.empty());
      if (got) expect(*std::move(got));
    } else if (what == 1) {
      next_.reset();  // ready or not: nothing is lost
      unjoined_ = nullptr;
    } else if (what < 5 && unjoined_ == nullptr) {
      co_await polls();
    } else if (what < 7 && unjoined_ != nullptr) {
      auto got = next_->result();
      EXPECT_EQ(got.has_value(), !is_empty_);
      if (got) expect(*std::move(got));
      next_.reset();
      unjoined_ = nullptr;
    }
  }
  Task<void> polls() {
    if (!next_) next_ = test::boxed([&] { return set_->join_next(); });
    const bool starved = chances_.one_in(6);
    is_empty_ = set_->empty();
    const bool want = is_empty_ || (!starved && !ended_.empty());
    const bool told = co_await test::poll_with(*next_, alarm_, starved);
    EXPECT_EQ(told, want);
    if (told) unjoined_ = next_.get();
    is_waited_for_in_vain_ = !told && !starved;
  }

  test::Chances chances_;
  test::Alarm alarm_;
  std::unique_ptr<JoinSet<Value>> set_;
  std::unique_ptr<JoinSet<Value>::JoinNext> next_;
  JoinSet<Value>::JoinNext* unjoined_ = nullptr;  // it was ready, and not asked for its result
  bool is_empty_ = false;                         // the set, when it was ready
  bool is_waited_for_in_vain_ = false;            // by the last poll
  std::map<trace::SpanId, Member> members_;
  // Those that were made to run since the last step, and those that have ended and were not
  // joined, in their order; of those that are together it is not said which is first.
  std::vector<std::set<trace::SpanId>> turns_, ended_;
};

TEST(JoinSetModel, TasksAreJoinedAsTheModelSays) { test::runs<JoinSetRun>(200); }

}  // namespace
}  // namespace ari
