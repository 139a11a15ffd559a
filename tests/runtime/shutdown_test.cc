// The end of a Runtime, with tasks in every state: all that was in them is destroyed, once.
// What leaks, or is touched after its end, the sanitizers tell.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/flavours.h"
#include "tests/runtime/forks.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::Belonging;

class Shutdown : public test::OnEachFlavour {};
class Abort : public test::OnEachFlavour {};
class Panic : public test::OnEachFlavour {};
INSTANTIATE_TEST_SUITE_P(On, Shutdown, test::kEachFlavour, test::name_of);
INSTANTIATE_TEST_SUITE_P(On, Abort, test::kEachFlavour, test::name_of);
INSTANTIATE_TEST_SUITE_P(On, Panic, test::kEachFlavour, test::name_of);

Task<void> nothing() { co_return; }
Task<void> two_turns() {
  co_await task::yield_now();
  co_await task::yield_now();
}

Task<int> ends(Belonging) { co_return 1; }
Task<Belonging> ends_with(Belonging belonging) { co_return belonging; }
Task<int> sleeps(Belonging) {
  co_await time::sleep(hours(1));
  co_return 1;
}
Task<int> gives_way(Belonging) {
  while (true) co_await task::yield_now();
}
Task<int> waits(Belonging, std::shared_ptr<sync::Notify> notify) {
  co_await notify->notified();
  co_return 1;
}
Task<int> receives(Belonging, sync::oneshot::Receiver<Belonging> receiver) {
  co_await receiver;
  co_return 1;
}
Task<int> nests(Belonging outer, int depth) {
  if (depth == 0) {
    const int slept = co_await sleeps(outer);
    co_return slept;
  }
  const int below = co_await nests(outer, depth - 1);
  co_return below;
}
Task<int> joins(Belonging, JoinHandle<int> handle) {
  const int result = co_await handle;
  co_return result;
}

class Forgets {
 public:
  Poll poll(Context&) noexcept { return Poll::kPending; }
};
Task<int> forgets(Belonging) {
  Forgets future;
  co_await future;
  co_return 1;
}

TEST_P(Shutdown, DestroysWhatIsInTasksOfEveryState) {
  for (const bool heard : {false, true}) {
    for (const bool polled : {false, true}) {
      SCOPED_TRACE(std::string(heard ? "heard" : "unheard") +
                   (polled ? ", polled" : ", not polled"));
      std::optional<test::Recorder> recorder;
      if (heard) recorder.emplace();
      int alive = 0;
      {
        const Belonging b(alive);
        auto notify = std::make_shared<sync::Notify>();
        auto [sender, receiver] = sync::oneshot::channel<Belonging>();
        Runtime runtime = make();
        std::vector<JoinHandle<int>> handles;
        handles.push_back(runtime.spawn(sleeps(b)));
        handles.push_back(runtime.spawn(gives_way(b)));
        handles.push_back(runtime.spawn(waits(b, notify)));
        handles.push_back(runtime.spawn(receives(b, std::move(receiver))));
        handles.push_back(runtime.spawn(nests(b, 10)));
        handles.push_back(runtime.spawn(forgets(b)));
        handles.push_back(runtime.spawn(joins(b, runtime.spawn(sleeps(b)))));
        auto result_never_taken = runtime.spawn(ends_with(b));
        runtime.spawn(ends_with(b));  // dropped
        if (polled) runtime.block_on(two_turns());
        EXPECT_GE(Belonging::count(alive), 10);
      }
      EXPECT_EQ(Belonging::count(alive), 0);
    }
  }
}

TEST_P(Shutdown, HandlesThatOutliveTheRuntimeKnowThatItsTasksAreCancelled) {
  std::optional<JoinHandle<int>> handle;
  int alive = 0;
  {
    Runtime runtime = make();
    handle = runtime.spawn(sleeps(Belonging(alive)));
    runtime.block_on(nothing());
  }
  EXPECT_EQ(Belonging::count(alive), 0);
  EXPECT_TRUE(handle->is_finished());
  handle->abort();
  EXPECT_THROW(handle->result(), JoinError);
}

Task<int> joins_elsewhere(JoinHandle<int> handle) {
  const int result = co_await handle;
  co_return result;
}

TEST_P(Shutdown, JoinerOnAnotherRuntimeIsWoken) {
  Runtime joiner = make();
  int alive = 0;
  auto gone = std::make_unique<Runtime>(make());
  auto waiting = joiner.spawn(joins_elsewhere(gone->spawn(sleeps(Belonging(alive)))));
  joiner.block_on(two_turns());
  EXPECT_FALSE(waiting.is_finished());
  gone.reset();
  EXPECT_THROW(joiner.block_on(joins_elsewhere(std::move(waiting))), JoinError);
}

Task<void> hears(std::shared_ptr<sync::Notify> notify) { co_await notify->notified(); }

// Spawns one more task when it is destroyed.
class Successor {
 public:
  Successor(int& alive, bool& cancelled) : alive_(alive), cancelled_(cancelled) {}
  ~Successor() {
    auto handle = spawn(ends(Belonging(alive_)));
    cancelled_ = handle.is_finished();
  }

 private:
  int& alive_;
  bool& cancelled_;
};

Task<int> spawns_at_its_end(int* alive, bool* cancelled, std::shared_ptr<sync::Notify> polled) {
  const Successor successor(*alive, *cancelled);
  polled->notify_one();
  co_await time::sleep(hours(1));
  co_return 1;
}

TEST_P(Shutdown, TaskSpawnedMeanwhileIsCancelledAtOnce) {
  int alive = 0;
  bool cancelled = false;
  {
    Runtime runtime = make();
    auto polled = std::make_shared<sync::Notify>();
    runtime.spawn(spawns_at_its_end(&alive, &cancelled, polled));
    runtime.block_on(hears(polled));
  }
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(Belonging::count(alive), 0);
}

using OwnHandle = std::optional<JoinHandle<int>>;

Task<int> aborts_itself(std::shared_ptr<OwnHandle> own, std::shared_ptr<sync::Notify> begin,
                        Belonging belonging) {
  const Belonging local = belonging;
  co_await begin->notified();
  (*own)->abort();
  co_await task::yield_now();
  ADD_FAILURE() << "polled again after it was aborted";
  co_return 1;
}
Task<void> until_finished(std::shared_ptr<OwnHandle> handle) {
  while (!(*handle)->is_finished()) co_await task::yield_now();
}

TEST_P(Abort, InItsOwnPollEndsTheTaskAfterThatPoll) {
  int alive = 0;
  Runtime runtime = make();
  auto own = std::make_shared<OwnHandle>();
  auto begin = std::make_shared<sync::Notify>();
  *own = runtime.spawn(aborts_itself(own, begin, Belonging(alive)));
  begin->notify_one();
  runtime.block_on(until_finished(own));
  EXPECT_EQ(Belonging::count(alive), 0);
}

Task<int> throws_at(Belonging belonging, int depth) {
  const Belonging local = belonging;
  if (depth == 0) {
    co_await task::yield_now();
    throw std::runtime_error("expected");
  }
  const int below = co_await throws_at(belonging, depth - 1);
  co_return below;
}

Task<void> until_zero(int* alive) {
  while (Belonging::count(*alive) != 0) co_await task::yield_now();
}

TEST_P(Panic, DestroysWhatIsInEveryFrame) {
  int alive = 0;
  Runtime runtime = make();
  EXPECT_THROW(runtime.block_on(throws_at(Belonging(alive), 10)), std::runtime_error);
  EXPECT_EQ(Belonging::count(alive), 0);
  runtime.spawn(throws_at(Belonging(alive), 10));  // nobody joins it
  runtime.block_on(until_zero(&alive));
}

TEST_P(Shutdown, WhileOtherThreadsWakeAndAbort) {
  for (int round = 0; round < 200; ++round) {
    auto runtime = std::make_unique<Runtime>(make());
    auto notify = std::make_shared<sync::Notify>();
    int alive = 0;
    auto waiting = runtime->spawn(waits(Belonging(alive), notify));
    auto sleeping = runtime->spawn(sleeps(Belonging(alive)));
    runtime->block_on(nothing());
    std::thread waker([notify] { notify->notify_one(); });
    std::thread aborter([&sleeping] { sleeping.abort(); });
    runtime.reset();
    waker.join();
    aborter.join();
    EXPECT_TRUE(waiting.is_finished());
    EXPECT_EQ(Belonging::count(alive), 0);
  }
}

TEST_P(Shutdown, OtherThreadsSpawnIntoARunningOne) {
  constexpr int kTasks = 500;
  Runtime runtime = make();
  auto notify = std::make_shared<sync::Notify>();
  std::atomic<int> finished{0};
  struct Work {
    static Task<void> once(std::atomic<int>* done, std::shared_ptr<sync::Notify> notify) {
      co_await task::yield_now();
      if (done->fetch_add(1) + 1 == 2 * kTasks) notify->notify_one();
    }
    static Task<void> all(std::shared_ptr<sync::Notify> notify) { co_await notify->notified(); }
  };
  const auto spawn_many = [&] {
    for (int i = 0; i < kTasks; ++i) runtime.spawn(Work::once(&finished, notify));
  };
  std::thread one(spawn_many);
  std::thread two(spawn_many);
  runtime.block_on(Work::all(notify));
  one.join();
  two.join();
  EXPECT_EQ(finished.load(), 2 * kTasks);
}

Task<void> waits_for_blocking(std::shared_ptr<std::atomic<bool>> go) {
  const auto waits = [go] {
    while (!go->load()) std::this_thread::yield();
  };
  auto handle = spawn_blocking(waits);
  co_await handle;
}

// A child of fork() has none of the runtime's threads: it must not wait for them, nor for the
// locks that they had.
TEST(Shutdown, InAForkedChildWaitsForNoThreadOfTheParents) {
  if (!test::kCanFork) GTEST_SKIP() << "not under a sanitizer";
  const auto multi = [] { return Runtime::Builder::multi_thread().worker_threads(2).build(); };
  const auto current = [] {
    return Runtime::Builder::current_thread().metrics_interval(hours(1)).build();
  };
  for (const std::function<Runtime()>& make : {std::function<Runtime()>(multi), {current}}) {
    std::optional<Runtime> runtime(make());
    runtime->block_on(two_turns());
    const auto go = std::make_shared<std::atomic<bool>>(false);
    auto blocks = runtime->spawn(waits_for_blocking(go));
    runtime->block_on(two_turns());
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(30);  // rather than for ever
      runtime.reset();
      ::_exit(7);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
    go->store(true);
  }
}

}  // namespace
}  // namespace ari
