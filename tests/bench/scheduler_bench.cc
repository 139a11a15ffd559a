// What it costs to run tasks, beside asio::awaitable and a plain thread switch in one run.
//
//   build/release/bin/scheduler_bench
//
// Compare within a run, by processor time of all threads: Turn is one suspension and resumption on
// one thread; TurnOnTwo the same for 64 tasks on two threads, per turn; SpawnAndJoin a task from
// spawn to its joined result; PingPong two tasks of two workers that wake each other, per wake. The
// budgets are ratios: Turn/ari at most 0.25 of Turn/asio, TurnOnTwo/ari at most 0.2 of
// TurnOnTwo/asio.
#include <benchmark/benchmark.h>

#include <asio.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/ari.h"

namespace {

constexpr std::int64_t kTurns = 10'000;
constexpr std::int64_t kTasks = 64;
constexpr std::int64_t kTurnsOfEach = 1'000;

void report(benchmark::State& state, std::int64_t per_iteration) {
  state.counters["each"] =
      benchmark::Counter(static_cast<double>(state.iterations() * per_iteration),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// ---- ari

class SuspendsOnce {
 public:
  SuspendsOnce() = default;
  ari::Poll poll(ari::Context& cx) noexcept {
    if (woken_) return ari::Poll::kReady;
    woken_ = true;
    cx.waker().wake_by_ref();
    return ari::Poll::kPending;
  }

 private:
  bool woken_ = false;
};

ari::Task<void> ari_turns(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) co_await SuspendsOnce();
}
ari::Task<void> ari_many(std::int64_t tasks, std::int64_t times) {
  std::vector<ari::JoinHandle<void>> handles;
  for (std::int64_t i = 0; i < tasks; ++i) handles.push_back(ari::spawn(ari_turns(times)));
  for (auto& handle : handles) co_await handle;
}
ari::Task<int> ari_one() { co_return 1; }
ari::Task<void> ari_spawns(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) {
    auto handle = ari::spawn(ari_one());
    co_await handle;
  }
}
// The whole of it as one task, so that on several workers it runs on a worker.
ari::Task<void> ari_inside(ari::Task<void> task) {
  auto handle = ari::spawn(std::move(task));
  co_await handle;
}

ari::Runtime two_workers() {
  return ari::Runtime::Builder::multi_thread().worker_threads(2).build();
}

void ari_turn(benchmark::State& state) {
  ari::Runtime runtime;
  for (auto _ : state) runtime.block_on(ari_turns(kTurns));
  report(state, kTurns);
}
void ari_turn_on_two(benchmark::State& state) {
  ari::Runtime runtime = two_workers();
  for (auto _ : state) runtime.block_on(ari_inside(ari_many(kTasks, kTurnsOfEach)));
  report(state, kTasks * kTurnsOfEach);
}
void ari_spawn(benchmark::State& state) {
  ari::Runtime runtime;
  for (auto _ : state) runtime.block_on(ari_spawns(kTurns));
  report(state, kTurns);
}
void ari_spawn_on_two(benchmark::State& state) {
  ari::Runtime runtime = two_workers();
  for (auto _ : state) runtime.block_on(ari_inside(ari_spawns(kTurns)));
  report(state, kTurns);
}

ari::Task<void> answers(std::shared_ptr<ari::sync::Notify> mine,
                        std::shared_ptr<ari::sync::Notify> theirs, std::int64_t rounds) {
  for (std::int64_t i = 0; i < rounds; ++i) {
    co_await mine->notified();
    theirs->notify_one();
  }
}
ari::Task<void> ping_pong(std::int64_t rounds) {
  auto ping = std::make_shared<ari::sync::Notify>();
  auto pong = std::make_shared<ari::sync::Notify>();
  auto other = ari::spawn(answers(pong, ping, rounds));
  ping->notify_one();
  co_await answers(ping, pong, rounds);
  co_await other;
}
void ari_ping_pong(benchmark::State& state) {
  ari::Runtime runtime = two_workers();
  for (auto _ : state) runtime.block_on(ari_inside(ping_pong(kTurns)));
  report(state, kTurns * 2);
}

// ---- asio

asio::awaitable<void> asio_turns(std::int64_t times) {
  for (std::int64_t i = 0; i < times; ++i) co_await asio::post(asio::use_awaitable);
}
asio::awaitable<int> asio_one() { co_return 1; }
asio::awaitable<void> asio_spawns(std::int64_t times) {
  auto here = co_await asio::this_coro::executor;
  for (std::int64_t i = 0; i < times; ++i) {
    benchmark::DoNotOptimize(co_await asio::co_spawn(here, asio_one(), asio::use_awaitable));
  }
}

void asio_turn(benchmark::State& state) {
  for (auto _ : state) {
    asio::io_context context(1);
    asio::co_spawn(context, asio_turns(kTurns), asio::detached);
    context.run();
  }
  report(state, kTurns);
}
void asio_turn_on_two(benchmark::State& state) {
  for (auto _ : state) {
    asio::io_context context(2);
    for (std::int64_t i = 0; i < kTasks; ++i) {
      asio::co_spawn(context, asio_turns(kTurnsOfEach), asio::detached);
    }
    std::thread other([&] { context.run(); });
    context.run();
    other.join();
  }
  report(state, kTasks * kTurnsOfEach);
}
void asio_spawn(benchmark::State& state) {
  for (auto _ : state) {
    asio::io_context context(1);
    asio::co_spawn(context, asio_spawns(kTurns), asio::detached);
    context.run();
  }
  report(state, kTurns);
}

// ---- two threads

// Each waits for its turn on a condition variable: what a wake costs without a runtime.
void thread_switch(benchmark::State& state) {
  std::mutex mutex;
  std::condition_variable changed;
  std::int64_t turn = 0;
  const auto take_turns = [&](std::int64_t parity, std::int64_t turns) {
    std::unique_lock lock(mutex);
    for (std::int64_t i = 0; i < turns; ++i) {
      changed.wait(lock, [&] { return turn % 2 == parity; });
      ++turn;
      changed.notify_one();
    }
  };
  for (auto _ : state) {
    turn = 0;
    std::thread other([&] { take_turns(1, kTurnsOfEach); });
    take_turns(0, kTurnsOfEach);
    other.join();
  }
  report(state, kTurnsOfEach * 2);
}

BENCHMARK(ari_turn)->Name("Turn/ari");
BENCHMARK(asio_turn)->Name("Turn/asio");
BENCHMARK(ari_turn_on_two)->Name("TurnOnTwo/ari")->MeasureProcessCPUTime();
BENCHMARK(asio_turn_on_two)->Name("TurnOnTwo/asio")->MeasureProcessCPUTime();
BENCHMARK(ari_spawn)->Name("SpawnAndJoin/ari");
BENCHMARK(ari_spawn_on_two)->Name("SpawnAndJoin/ari_on_two")->MeasureProcessCPUTime();
BENCHMARK(asio_spawn)->Name("SpawnAndJoin/asio");
BENCHMARK(ari_ping_pong)->Name("PingPong/ari")->MeasureProcessCPUTime();
BENCHMARK(thread_switch)->Name("PingPong/threads")->MeasureProcessCPUTime();

}  // namespace

BENCHMARK_MAIN();
