// Semaphore and RwLock against models of them: random requests that are polled, given up or served
// in any order, with permits split, merged and forgotten, and closed in between.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/models/chances.h"
#include "tests/runtime/models/line.h"
#include "tests/runtime/models/runs.h"
#include "tests/runtime/poll_once.h"

namespace ari {
namespace {

using namespace sync;
using test::Chances;
using test::take_any;

struct Request {
  int who;
  std::size_t wanted;
  std::unique_ptr<SemaphoreFuture<std::shared_ptr<Semaphore>>> future;
  bool has_come = false;
};

class SemaphoreRun {
 public:
  explicit SemaphoreRun(unsigned seed)
      : chances_(seed),
        line_(chances_.below(6)),
        semaphore_(std::make_shared<Semaphore>(line_.free)) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 20) {
        begin();
      } else if (what < 60 && !requests_.empty()) {
        co_await polls();
      } else {
        act(what);
      }
      EXPECT_EQ(semaphore_->available_permits(), line_.free);
      std::size_t open = 0;
      for (const Request& request : requests_) open += request.has_come;
      ledger->expect_open_ops("Semaphore::acquire_many_owned", open);
      ledger->expect_attribute("permits", static_cast<std::int64_t>(line_.free));
      if (testing::Test::HasFailure()) co_return;
      co_await task::yield_now();
    }
  }

 private:
  void begin() {
    const std::size_t wanted = chances_.below(5);
    auto future = test::boxed(
        [&] { return acquire_many_owned(semaphore_, static_cast<std::uint32_t>(wanted)); });
    requests_.push_back({next_++, wanted, std::move(future)});
  }

  Task<void> polls() {
    Request& request = requests_[chances_.below(requests_.size())];
    const bool starved = chances_.one_in(6);
    if (!std::exchange(request.has_come, true) && !closed_) {
      line_.arrive(request.who, request.wanted);
    }
    const bool told = co_await test::poll_with(*request.future, starved);
    const bool is_served = line_.has.contains(request.who) && line_.is_served(request.who);
    EXPECT_EQ(told, closed_ || (is_served && !starved)) << "request " << request.who;
    if (!told) co_return;
    const int who = request.who;
    const std::size_t wanted = request.wanted;
    std::optional<OwnedSemaphorePermit> permit;
    try {
      permit.emplace(request.future->result());
    } catch (const AcquireError&) {
    }
    EXPECT_EQ(permit.has_value(), !closed_);
    std::erase_if(requests_, [&](const Request& each) { return each.who == who; });
    if (!permit) {
      if (line_.has.contains(who)) line_.leave(who);
      co_return;
    }
    line_.forget(who);
    EXPECT_EQ(permit->num_permits(), wanted);
    permits_.push_back(*std::move(permit));
  }

  void act(std::size_t what) {
    const std::size_t count = chances_.below(4);
    if (what < 72) {
      if (requests_.empty()) return;
      const Request gone = take_any(requests_, chances_);
      if (line_.has.contains(gone.who)) line_.leave(gone.who);
    } else if (what < 82) {
      if (permits_.empty()) return;
      const auto gone = take_any(permits_, chances_);
      line_.release(gone.num_permits());
    } else if (what < 86) {
      semaphore_->add_permits(count);
      line_.release(count);
    } else if (what < 89) {
      const std::size_t most = std::min(count, line_.free);
      EXPECT_EQ(semaphore_->forget_permits(count), most);
      line_.free -= most;
    } else if (what < 93) {
      auto permit = try_acquire_many_owned(semaphore_, static_cast<std::uint32_t>(count));
      EXPECT_EQ(permit.has_value(), !closed_ && line_.free >= count);
      if (!permit) return;
      line_.free -= count;
      permits_.push_back(*std::move(permit));
    } else if (what < 96) {
      if (permits_.empty()) return;
      auto& permit = permits_[chances_.below(permits_.size())];
      const bool is_enough = permit.num_permits() >= count;
      auto part = permit.split(count);
      EXPECT_EQ(part.has_value(), is_enough);
      if (part) permits_.push_back(*std::move(part));
    } else if (what < 98) {
      if (permits_.size() < 2) return;
      auto other = take_any(permits_, chances_);
      const std::size_t sum = permits_.front().num_permits() + other.num_permits();
      permits_.front().merge(std::move(other));
      EXPECT_EQ(permits_.front().num_permits(), sum);
    } else if (what < 99) {
      if (!permits_.empty()) permits_[chances_.below(permits_.size())].forget();
    } else if (chances_.one_in(3)) {
      semaphore_->close();
      closed_ = true;
      line_.close();
    }
  }

  Chances chances_;
  test::Line line_;
  std::shared_ptr<Semaphore> semaphore_;
  bool closed_ = false;
  int next_ = 0;
  std::vector<Request> requests_;
  std::vector<OwnedSemaphorePermit> permits_;
};

TEST(SemaphoreModel, RequestsAreServedAsTheModelSays) { test::runs<SemaphoreRun>(200); }

// A reader is one who wants one permit, a writer one who wants all.
class RwLockRun {
 public:
  explicit RwLockRun(unsigned seed)
      : chances_(seed),
        most_(1 + static_cast<std::uint32_t>(chances_.below(4))),
        line_(most_),
        lock_(0, most_) {}

  Task<void> run(const test::Ledger* ledger) {
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = chances_.below(100);
      if (what < 15) {
        reads_.push_back({next_++, test::boxed([&] { return lock_.read(); })});
      } else if (what < 25) {
        writes_.push_back({next_++, test::boxed([&] { return lock_.write(); })});
      } else if (what < 45 && !reads_.empty()) {
        co_await polls(reads_, 1);
      } else if (what < 60 && !writes_.empty()) {
        co_await polls(writes_, most_);
      } else {
        act(what);
      }
      ledger->expect_open_ops("RwLock::read", come(reads_));
      ledger->expect_open_ops("RwLock::write", come(writes_));
      ledger->expect_attribute("current_readers", static_cast<std::int64_t>(reading_.size()));
      ledger->expect_attribute("write_locked", writing_.empty() ? 0 : 1);
      ledger->expect_attribute("permits", static_cast<std::int64_t>(line_.free));
      EXPECT_TRUE(writing_.empty() || (writing_.size() == 1 && reading_.empty()));
      EXPECT_LE(reading_.size(), most_);
      if (testing::Test::HasFailure()) co_return;
      co_await task::yield_now();
    }
  }

 private:
  template <class Guard>
  struct Wait {
    int who;
    std::unique_ptr<LockFuture<Guard>> future;
    bool has_come = false;
  };
  template <class Guard>
  static std::size_t come(const std::vector<Wait<Guard>>& waits) {
    std::size_t open = 0;
    for (const auto& wait : waits) open += wait.has_come;
    return open;
  }

  template <class Guard>
  Task<void> polls(std::vector<Wait<Guard>>& waits, std::size_t wanted) {
    Wait<Guard>& wait = waits[chances_.below(waits.size())];
    const bool starved = chances_.one_in(6);
    if (!std::exchange(wait.has_come, true)) line_.arrive(wait.who, wanted);
    const bool told = co_await test::poll_with(*wait.future, starved);
    EXPECT_EQ(told, line_.is_served(wait.who) && !starved);
    if (!told) co_return;
    const int who = wait.who;
    keep(wait.future->result());
    std::erase_if(waits, [&](const auto& each) { return each.who == who; });
    line_.forget(who);
  }
  void keep(RwLock<int>::ReadGuard guard) {
    EXPECT_EQ(*guard, written_);
    reading_.push_back(std::move(guard));
  }
  void keep(RwLock<int>::WriteGuard guard) {
    *guard = ++written_;
    writing_.push_back(std::move(guard));
  }

  template <class Guard>
  void gives_up(std::vector<Wait<Guard>>& waits) {
    if (waits.empty()) return;
    const auto gone = take_any(waits, chances_);
    if (gone.has_come) line_.leave(gone.who);
  }

  void act(std::size_t what) {
    if (what < 66) {
      gives_up(reads_);
    } else if (what < 70) {
      gives_up(writes_);
    } else if (what < 80) {
      if (reading_.empty()) return;
      { const auto ends = take_any(reading_, chances_); }
      line_.release(1);
    } else if (what < 86) {
      if (writing_.empty()) return;
      { const auto ends = take_any(writing_, chances_); }
      line_.release(most_);
    } else if (what < 92) {
      if (writing_.empty()) return;
      auto guard = take_any(writing_, chances_);
      keep(std::move(guard).downgrade());
      line_.release(most_ - 1);
    } else if (what < 96) {
      auto guard = lock_.try_read();
      EXPECT_EQ(guard.has_value(), line_.free > 0);
      if (!guard) return;
      --line_.free;
      keep(*std::move(guard));
    } else {
      auto guard = lock_.try_write();
      EXPECT_EQ(guard.has_value(), line_.free == most_);
      if (!guard) return;
      line_.free = 0;
      keep(*std::move(guard));
    }
  }

  Chances chances_;
  const std::uint32_t most_;
  test::Line line_;
  RwLock<int> lock_;
  int written_ = 0;
  int next_ = 0;
  std::vector<RwLock<int>::ReadGuard> reading_;
  std::vector<RwLock<int>::WriteGuard> writing_;
  std::vector<Wait<RwLock<int>::ReadGuard>> reads_;
  std::vector<Wait<RwLock<int>::WriteGuard>> writes_;
};

TEST(RwLockModel, ReadersAndWritersAreServedAsTheModelSays) { test::runs<RwLockRun>(200); }

}  // namespace
}  // namespace ari
