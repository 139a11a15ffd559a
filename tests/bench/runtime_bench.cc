// What the runtime costs per turn, and what its callsites cost while nobody
// listens, as a ratio within one run.
//
//   runtime_bench --benchmark_filter=Resume
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/bench/timer_heap.h"

namespace {

using ari::Context;
using ari::Poll;
using ari::Task;

// Ready after a number of polls, each of which wakes the task again.
class SelfWakes {
 public:
  explicit SelfWakes(std::int64_t times) : left_(times) {}
  Poll poll(Context& cx) noexcept {
    if (left_-- == 0) return Poll::kReady;
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }

 private:
  std::int64_t left_;
};

// A future that suspends once per co_await: the frame itself is resumed each time.
class SuspendsOnce {
 public:
  SuspendsOnce() = default;
  Poll poll(Context& cx) noexcept {
    if (woken_) return Poll::kReady;
    woken_ = true;
    cx.waker().wake_by_ref();
    return Poll::kPending;
  }

 private:
  bool woken_ = false;
};

constexpr std::int64_t kTurns = 10'000;

Task<void> polls_future(std::int64_t times) { co_await SelfWakes(times); }
Task<void> resumes_frame(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) co_await SuspendsOnce();
}
Task<void> yields(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) co_await ari::task::yield_now();
}

template <auto kBody>
void run(benchmark::State& state) {
  ari::Runtime runtime;
  for (auto _ : state) runtime.block_on(kBody(kTurns));
  state.SetItemsProcessed(state.iterations() * kTurns);
  state.counters["per_turn"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kTurns),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(run<polls_future>)->Name("SelfWake/poll");
BENCHMARK(run<resumes_frame>)->Name("SelfWake/resume");
BENCHMARK(run<yields>)->Name("Yield");

Task<int> one() { co_return 1; }
Task<void> awaits(std::int64_t times) {
  int sum = 0;
  for (std::int64_t i = 0; i < times; ++i) sum += co_await one();
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(run<awaits>)->Name("AwaitChild");

Task<void> spawns_and_joins(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    auto handle = ari::spawn(one());
    co_await handle;
  }
}
BENCHMARK(run<spawns_and_joins>)->Name("SpawnAndJoin");

Task<void> spawns_and_joins_in_a_set(std::int64_t times) {
  ari::JoinSet<int> set;
  for (std::int64_t i = 0; i < times; ++i) {
    set.spawn(one());
    auto next = co_await set.join_next();
    benchmark::DoNotOptimize(next->has_value());
  }
}
BENCHMARK(run<spawns_and_joins_in_a_set>)->Name("SpawnAndJoin/set");

// Waiting for two at once: futures, and coroutines with a stack of their own.
Task<void> selects_futures(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    auto first = co_await ari::select(SelfWakes(0), SelfWakes(0));
    benchmark::DoNotOptimize(first.index());
  }
}
Task<void> selects_tasks(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    auto first = co_await ari::select(one(), one());
    benchmark::DoNotOptimize(first.index());
  }
}
Task<void> joins_tasks(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    auto both = co_await ari::join(one(), one());
    benchmark::DoNotOptimize(both);
  }
}
Task<void> turns_in_a_branch(std::int64_t times) {
  co_await ari::task::unconstrained(resumes_frame(times));
}
BENCHMARK(run<selects_futures>)->Name("Select/futures");
BENCHMARK(run<selects_tasks>)->Name("Select/tasks");
BENCHMARK(run<joins_tasks>)->Name("Join/tasks");
BENCHMARK(run<turns_in_a_branch>)->Name("SelfWake/resume_in_branch");

// Two runtimes on two threads that wake each other: one round is two wakes and two parks.
Task<void> answers(std::shared_ptr<ari::sync::Notify> mine,
                   std::shared_ptr<ari::sync::Notify> theirs, std::int64_t rounds) {
  for (std::int64_t i = 0; i < rounds; ++i) {
    co_await mine->notified();
    theirs->notify_one();
  }
}
void wake_from_another_thread(benchmark::State& state) {
  constexpr std::int64_t kRounds = 1000;
  for (auto _ : state) {
    auto ping = std::make_shared<ari::sync::Notify>();
    auto pong = std::make_shared<ari::sync::Notify>();
    std::thread other([&] { ari::Runtime().block_on(answers(pong, ping, kRounds)); });
    ping->notify_one();
    ari::Runtime().block_on(answers(ping, pong, kRounds));
    other.join();
  }
  state.SetItemsProcessed(state.iterations() * kRounds * 2);
}
BENCHMARK(wake_from_another_thread)->Name("WakeFromAnotherThread")->UseRealTime();

// Timers, on the wheel and on a heap, while N are pending.
using ari::bench::TimerHeap;
using ari::time::Tick;
using ari::time::TimerQueue;

template <class Queue>
struct Timers {
  explicit Timers(std::int64_t count) : entries(static_cast<std::size_t>(count)) {}
  ~Timers() {
    for (auto& entry : entries) queue.leave(entry);
  }
  void register_at(Tick due, Tick now, typename Queue::Entry& entry) {
    static_cast<void>(queue.register_at(due, now, entry));
  }

  Queue queue;
  std::vector<typename Queue::Entry> entries;
};

// As of timeouts that are not needed, which is what becomes of most timers: N connections
// renew theirs of half a minute, each shortly before it would fire.
template <class Queue>
void register_and_cancel(benchmark::State& state) {
  constexpr Tick kTimeout = 30'000;
  Timers<Queue> timers(state.range(0));
  const std::size_t count = timers.entries.size();
  for (std::size_t i = 0; i < count; ++i) {
    timers.register_at(1 + (i + 1) * kTimeout / count, 0, timers.entries[i]);
  }
  std::size_t turn = 0;
  for (auto _ : state) {
    auto& oldest = timers.entries[turn % count];
    const Tick now = turn++ * kTimeout / count;
    benchmark::DoNotOptimize(timers.queue.fire_due(now));
    timers.queue.leave(oldest);
    timers.register_at(now + kTimeout + 1, now, oldest);
  }
}

// As of sleeps: 16 at a time, of up to 100 ms, while N are pending that are due in an hour or
// two, in no order.
constexpr Tick kHour = 3'600'000;

template <class Queue>
void register_and_fire(benchmark::State& state) {
  std::minstd_rand random(1);
  Timers<Queue> pending(state.range(0));
  for (auto& entry : pending.entries) pending.register_at(kHour + random() % kHour, 0, entry);
  std::vector<typename Queue::Entry> sleeps(16);
  Tick now = 0;
  for (auto _ : state) {
    for (auto& sleep : sleeps) pending.register_at(now + 1 + random() % 100, now, sleep);
    now += 100;
    benchmark::DoNotOptimize(pending.queue.fire_due(now));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(sleeps.size()));
}
constexpr benchmark::IterationCount kRoundsWithinAnHour = kHour / 100 - 1;

void pending(benchmark::internal::Benchmark* bench) { bench->Arg(10)->Arg(10'000)->Arg(1'000'000); }
BENCHMARK(register_and_cancel<TimerHeap>)->Name("Timer/cancel/heap")->Apply(pending);
BENCHMARK(register_and_cancel<TimerQueue>)->Name("Timer/cancel/wheel")->Apply(pending);
BENCHMARK(register_and_fire<TimerHeap>)
    ->Name("Timer/fire/heap")
    ->Apply(pending)
    ->Iterations(kRoundsWithinAnHour);
BENCHMARK(register_and_fire<TimerQueue>)
    ->Name("Timer/fire/wheel")
    ->Apply(pending)
    ->Iterations(kRoundsWithinAnHour);

// What nobody hears: the same loop with and without a callsite in it.
void loop_without_callsite(benchmark::State& state) {
  std::uint64_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(n += 3);
}
void loop_with_event(benchmark::State& state) {
  std::uint64_t n = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(n += 3);
    ARI_INFO("unheard", ("n", n), ("what", "nothing"));
  }
}
void loop_with_span(benchmark::State& state) {
  std::uint64_t n = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(n += 3);
    const ari::trace::Span span = ARI_SPAN("unheard", ("n", n));
    const auto in = span.enter();
  }
}
BENCHMARK(loop_without_callsite)->Name("Unheard/no_callsite");
BENCHMARK(loop_with_event)->Name("Unheard/event");
BENCHMARK(loop_with_span)->Name("Unheard/span");

}  // namespace

BENCHMARK_MAIN();
