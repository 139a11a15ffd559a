// Semaphore: permits that come back by themselves. Who gets them when, and that none is
// lost, is the business of batch_semaphore_test.cc.
#include "runtime/sync/semaphore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/recorder.h"
#include "tests/runtime/turns.h"

namespace ari::sync {
namespace {

using Permit = SemaphorePermit;

// Acquires, notes its name, and keeps the permit in `kept`.
Task<void> acquires(Semaphore* semaphore, std::uint32_t count, char name, std::string* done,
                    std::vector<Permit>* kept) {
  Permit permit = co_await semaphore->acquire_many(count);
  *done += name;
  kept->push_back(std::move(permit));
}

struct Scene : test::Turns {
  explicit Scene(std::size_t permits) : semaphore(permits) {}
  JoinHandle<void> add(char name, std::uint32_t count = 1) {
    return start(acquires(&semaphore, count, name, &done, &kept));
  }
  Semaphore semaphore;
  std::string done;
  std::vector<Permit> kept;
};

TEST(Semaphore, LetsSoManyThroughAndTheNextWhenOneIsDone) {
  Scene scene(2);
  for (const char name : {'a', 'b', 'c', 'd'}) scene.add(name);
  EXPECT_EQ(scene.done, "ab");
  scene.kept.erase(scene.kept.begin());
  scene.get_on();
  EXPECT_EQ(scene.done, "abc");
  scene.kept.clear();
  scene.get_on();
  EXPECT_EQ(scene.done, "abcd");
}

TEST(Semaphore, ManyPermitsAreNotStarvedByRequestsForFew) {
  Scene scene(2);
  scene.add('a', 1);
  scene.add('B', 2);
  scene.add('c', 1);
  EXPECT_EQ(scene.done, "a") << "c would fit in, but B was first";
  scene.kept.clear();
  scene.get_on();
  EXPECT_EQ(scene.done, "aB");
  scene.kept.clear();
  scene.get_on();
  EXPECT_EQ(scene.done, "aBc");
}

TEST(Semaphore, TryAcquireNeverWaitsNorOvertakes) {
  Scene scene(3);
  std::optional<Permit> two = scene.semaphore.try_acquire_many(2);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->num_permits(), 2u);
  EXPECT_FALSE(scene.semaphore.try_acquire_many(2));
  EXPECT_EQ(scene.semaphore.available_permits(), 1u);
  scene.add('a', 2);
  EXPECT_FALSE(scene.semaphore.try_acquire()) << "the one that was free is a's now";
  two.reset();
  scene.get_on();
  EXPECT_EQ(scene.done, "a");
  EXPECT_TRUE(scene.semaphore.try_acquire());
}

TEST(Semaphore, ForgottenPermitNeverGoesBack) {
  Semaphore semaphore(3);
  {
    std::optional<Permit> permit = semaphore.try_acquire_many(2);
    permit->forget();
    EXPECT_EQ(permit->num_permits(), 0u);
  }
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

TEST(Semaphore, PermitsAreSplitAndMerged) {
  Semaphore semaphore(5);
  std::optional<Permit> permit = semaphore.try_acquire_many(4);
  EXPECT_FALSE(permit->split(5));
  std::optional<Permit> part = permit->split(3);
  ASSERT_TRUE(part);
  EXPECT_EQ(permit->num_permits(), 1u);
  part.reset();
  EXPECT_EQ(semaphore.available_permits(), 4u);
  permit->merge(*semaphore.try_acquire());
  EXPECT_EQ(permit->num_permits(), 2u);
  EXPECT_EQ(semaphore.available_permits(), 3u);
  permit.reset();
  EXPECT_EQ(semaphore.available_permits(), 5u);
}

TEST(Semaphore, PermitsOfAnotherAreNotMergedAndGoBack) {
  Semaphore one(1), other(1);
  std::optional<Permit> permit = one.try_acquire();
  try {
    permit->merge(*other.try_acquire());
    FAIL() << "merged";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "ari: permits of two semaphores cannot be merged");
  }
  EXPECT_EQ(permit->num_permits(), 1u);
  EXPECT_EQ(other.available_permits(), 1u);
}

TEST(Semaphore, AssignedPermitGivesItsFormerOnesBackAtOnce) {
  Semaphore semaphore(2);
  Permit permit = *semaphore.try_acquire();
  Permit other = *semaphore.try_acquire();
  permit = std::move(other);
  EXPECT_EQ(semaphore.available_permits(), 1u);
  EXPECT_EQ(permit.num_permits(), 1u);
}

TEST(Semaphore, AddedPermitsGoToWhoWaits) {
  Scene scene(0);
  scene.add('a', 2);
  scene.semaphore.add_permits(3);
  scene.get_on();
  EXPECT_EQ(scene.done, "a");
  EXPECT_EQ(scene.semaphore.available_permits(), 1u);
  EXPECT_EQ(scene.semaphore.forget_permits(5), 1u);
  EXPECT_EQ(scene.semaphore.available_permits(), 0u);
}

TEST(Semaphore, MorePermitsThanItCanCountAreRefused) {
  const auto error_of = [](auto action) -> std::string {
    try {
      action();
    } catch (const std::length_error& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_EQ(error_of([] { const Semaphore too_many(Semaphore::kMaxPermits + 1); }),
            "ari: a semaphore of more than Semaphore::kMaxPermits permits");
  Semaphore semaphore(Semaphore::kMaxPermits);
  EXPECT_EQ(error_of([&] { semaphore.add_permits(1); }),
            "ari: a semaphore would have more than Semaphore::kMaxPermits permits");
  EXPECT_EQ(semaphore.available_permits(), Semaphore::kMaxPermits);
}

Task<std::string> error_of_acquire(Semaphore* semaphore) {
  try {
    Permit permit = co_await semaphore->acquire();
  } catch (const AcquireError& error) {
    co_return error.what();
  }
  co_return "none";
}
Task<std::string> joins(JoinHandle<std::string> handle) {
  std::string result = co_await handle;
  co_return result;
}

TEST(Semaphore, ClosedThrowsInWhoWaitsAndWhoComes) {
  Scene scene(0);
  auto waiting = scene.start(error_of_acquire(&scene.semaphore));
  EXPECT_FALSE(waiting.is_finished());
  scene.semaphore.close();
  EXPECT_TRUE(scene.semaphore.is_closed());
  EXPECT_EQ(scene.runtime().block_on(joins(std::move(waiting))), "ari: the semaphore is closed");
  EXPECT_EQ(scene.runtime().block_on(error_of_acquire(&scene.semaphore)),
            "ari: the semaphore is closed");
  scene.semaphore.add_permits(1);
  EXPECT_FALSE(scene.semaphore.try_acquire());
  EXPECT_EQ(scene.semaphore.available_permits(), 1u);
}

// ---- owned permits

Task<OwnedSemaphorePermit> acquires_owned(std::shared_ptr<Semaphore> semaphore) {
  OwnedSemaphorePermit one = co_await acquire_owned(semaphore);
  OwnedSemaphorePermit two = co_await acquire_many_owned(std::move(semaphore), 2);
  one.merge(std::move(two));
  co_return one;
}

TEST(OwnedPermit, KeepsTheSemaphoreAlive) {
  auto semaphore = std::make_shared<Semaphore>(4, std::source_location::current());
  const std::weak_ptr<Semaphore> observed = semaphore;
  {
    const OwnedSemaphorePermit permit = Runtime().block_on(acquires_owned(semaphore));
    EXPECT_EQ(semaphore->available_permits(), 1u);
    EXPECT_FALSE(try_acquire_many_owned(semaphore, 2));
    const std::optional<OwnedSemaphorePermit> last = try_acquire_owned(std::move(semaphore));
    EXPECT_TRUE(last);
    EXPECT_FALSE(observed.expired());
  }
  EXPECT_TRUE(observed.expired());
}

Task<void> waits_for_ever(std::shared_ptr<Semaphore> semaphore) {
  OwnedSemaphorePermit permit = co_await acquire_owned(std::move(semaphore));
}

TEST(OwnedPermit, WaitKeepsTheSemaphoreAliveAndLetsGoOfItWhenDestroyed) {
  test::Turns turns;
  auto semaphore = std::make_shared<Semaphore>(0);
  const std::weak_ptr<Semaphore> observed = semaphore;
  auto handle = turns.start(waits_for_ever(std::move(semaphore)));
  EXPECT_FALSE(observed.expired());
  turns.destroy(std::move(handle));
  EXPECT_TRUE(observed.expired());
}

// ---- destroyed before it was awaited to the end

TEST(Semaphore, AcquireNeverPolledIsNothing) {
  test::Recorder recorder;
  Semaphore semaphore(1);
  const std::size_t before = recorder.lines().size();
  { const auto acquire = semaphore.acquire(); }
  EXPECT_EQ(recorder.lines().size(), before);
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

// Polls the acquire and leaves it.
class Leaves {
 public:
  explicit Leaves(Semaphore& semaphore) : acquire_(semaphore.acquire()) {}
  Poll poll(Context& cx) noexcept {
    polled_ = acquire_.poll(cx);
    return Poll::kReady;
  }
  Poll result() const { return polled_; }

 private:
  SemaphoreFuture<Semaphore*> acquire_;
  Poll polled_ = Poll::kPending;
};
Task<Poll> leaves(Semaphore* semaphore) {
  Leaves future(*semaphore);
  const Poll polled = co_await future;
  co_return polled;
}

TEST(Semaphore, AcquireReadyWhoseResultNobodyTakesGivesItBack) {
  Semaphore semaphore(1);
  EXPECT_EQ(Runtime().block_on(leaves(&semaphore)), Poll::kReady);
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

TEST(Semaphore, AcquireLeftWaitingIsNotServed) {
  Semaphore semaphore(0);
  EXPECT_EQ(Runtime().block_on(leaves(&semaphore)), Poll::kPending);
  semaphore.add_permits(1);
  EXPECT_EQ(semaphore.available_permits(), 1u);
}

// ---- on record

constexpr unsigned kMadeLine = __LINE__ + 3;
Task<void> acquires_twice() {
  std::optional<Semaphore> semaphore;
  semaphore.emplace(1, std::source_location::current());
  { Permit permit = co_await semaphore->acquire(); }
  semaphore.reset();
}

TEST(Sequence, SemaphoreMakesTheInnerOpAlongWithTheOuter) {
  test::Recorder recorder;
  Runtime().block_on(acquires_twice());
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "R2 | new\n"
            "R2 | enter\n"
            "R3 | new\n"
            "R3 | enter\n"
            "R3 | state_update permits=1 permits.op=\"override\"\n"
            "R3 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O4 | new\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | new\n"
            "R3 | enter\n"
            "R3 O6 | new\n"
            "R3 O6 | enter\n"
            "R3 O6 | async_op::state_update permits_requested=1 permits.op=\"override\"\n"
            "R3 O6 | async_op::state_update permits_obtained=0 permits.op=\"override\"\n"
            "R3 O6 P7 | new\n"
            "R3 O6 | exit\n"
            "R3 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 O4 | enter\n"
            "R2 O4 P5 | enter\n"
            "R3 | enter\n"
            "R3 O6 | enter\n"
            "R3 O6 P7 | enter\n"
            "R3 | enter\n"
            "R3 O6 P7 | state_update permits=1 permits.op=\"sub\"\n"
            "R3 O6 P7 | async_op::state_update permits_obtained=1 permits.op=\"add\"\n"
            "R3 | exit\n"
            "R3 O6 P7 | poll_op poll_acquire true\n"
            "R3 O6 P7 | poll_op poll_acquire true\n"
            "R3 O6 P7 | exit\n"
            "R3 O6 | exit\n"
            "R3 | exit\n"
            "R2 O4 P5 | poll_op poll true\n"
            "R2 O4 P5 | exit\n"
            "R2 O4 | exit\n"
            "R2 | exit\n"
            "R3 O6 P7 | close\n"
            "R3 O6 | close\n"
            "R2 O4 P5 | close\n"
            "R2 O4 | close\n"
            "R3 | enter\n"
            "R3 | state_update permits=1 permits.op=\"add\"\n"
            "R3 | exit\n"
            "R3 | close\n"
            "R2 | close\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
  const std::string fields = recorder.fields("R2");
  EXPECT_TRUE(fields.starts_with("concrete_type=\"Semaphore\" kind=\"Sync\" loc.file=")) << fields;
  EXPECT_THAT(fields, testing::HasSubstr("semaphore_test.cc\" loc.line="));
  EXPECT_THAT(fields, testing::HasSubstr("line=" + std::to_string(kMadeLine)));
  EXPECT_TRUE(fields.ends_with(" inherits_child_attrs=true")) << fields;
  EXPECT_EQ(recorder.fields("R3"), "concrete_type=\"Semaphore\" kind=\"Sync\" is_internal=true");
  EXPECT_EQ(recorder.fields("O4"), "source=\"Semaphore::acquire\" inherits_child_attrs=true");
  EXPECT_EQ(recorder.fields("O6"), "source=\"Acquire::new\"");
  EXPECT_EQ(recorder.target("R2"), "ari::sync::semaphore");
  EXPECT_EQ(recorder.target("R3"), "ari::sync::batch_semaphore");
  EXPECT_EQ(recorder.target("P5"), "ari::util::trace");
}

TEST(Sequence, SemaphoreTellsWhatIsTakenWithoutWaiting) {
  test::Recorder recorder;
  Semaphore semaphore(4);
  const std::size_t before = recorder.text().size();
  semaphore.try_acquire_many(3)->forget();
  semaphore.forget_permits(1);
  EXPECT_EQ(recorder.text().substr(before),
            "R2 | enter\n"
            "R2 | state_update permits=3 permits.op=\"sub\"\n"
            "R2 | exit\n"
            "R2 | enter\n"
            "R2 | state_update permits=1 permits.op=\"sub\"\n"
            "R2 | exit\n");
}

TEST(Sequence, EachWayToAcquireHasItsOwnName) {
  test::Recorder recorder;
  auto semaphore = std::make_shared<Semaphore>(9);
  const auto permit = Runtime().block_on(acquires_owned(semaphore));
  EXPECT_EQ(recorder.fields("O4"), "source=\"Semaphore::acquire_owned\" inherits_child_attrs=true");
  EXPECT_EQ(recorder.fields("O8"),
            "source=\"Semaphore::acquire_many_owned\" inherits_child_attrs=true");
}

// ---- threads

// Permits are given back on another thread than they were acquired on, while that one waits
// for them.
Task<void> hands_over(std::shared_ptr<Semaphore> semaphore, std::shared_ptr<std::atomic<int>> held,
                      std::vector<std::thread>* others, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < 60; ++i) {
    const std::uint32_t count = 1 + random() % 3;
    OwnedSemaphorePermit permit = co_await acquire_many_owned(semaphore, count);
    EXPECT_LE(held->fetch_add(static_cast<int>(count)) + static_cast<int>(count), 4);
    others->emplace_back([held, moved = std::move(permit)]() mutable {
      held->fetch_sub(static_cast<int>(moved.num_permits()));
      const auto dropped = std::move(moved);
    });
  }
}

TEST(OwnedPermit, GoesBackOnWhicheverThread) {
  for (unsigned seed = 0; seed < 4; ++seed) {
    SCOPED_TRACE(seed);
    auto semaphore = std::make_shared<Semaphore>(4);
    auto held = std::make_shared<std::atomic<int>>(0);
    std::vector<std::thread> others;
    Runtime().block_on(hands_over(semaphore, held, &others, seed));
    for (std::thread& other : others) other.join();
    EXPECT_EQ(semaphore->available_permits(), 4u);
  }
}

}  // namespace
}  // namespace ari::sync
