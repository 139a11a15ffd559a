// What it costs to run tasks, beside asio::awaitable and a plain thread switch in one run.
//
//   build/release/bin/scheduler_bench --benchmark_repetitions=5
//
// By processor time of all threads. Turn is one suspension and resumption on one thread; TurnOnTwo
// the same for 64 tasks on two threads, per turn (asio_strand: each in a strand of its own);
// SpawnAndJoin a task from spawn to its joined result; PingPong two tasks of two workers that wake
// each other, per wake, which one worker soon has both of. Hop is from one thread to another that
// tasks cannot leave: ari has a runtime on each and a pair of tasks that wake each other, Asio an
// io_context on each and a coroutine that changes between them, the plain threads a condition
// variable. /1 is one pair, so that a thread has nothing to do at each hop: Asio's falls asleep,
// ari's too, unless it has learnt to look out first (runtime/scheduler/spin.h), which needs both
// processors for itself. /64 are so many pairs that hardly any thread has to wait.
//
// The last lines are ratios within the run, each of the fastest repetitions, and their budgets.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <asio.hpp>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ari.h"

namespace {

constexpr std::int64_t kTurns = 10'000;
constexpr std::int64_t kTasks = 64;
constexpr std::int64_t kTurnsOfEach = 1'000;
constexpr std::int64_t kHops = 6'400;  // there and back, of all pairs together

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

// Half of them on each thread, each with its other half on the other.
ari::Task<void> hops(std::vector<std::shared_ptr<ari::sync::Notify>> mine,
                     std::vector<std::shared_ptr<ari::sync::Notify>> theirs, bool begin,
                     std::int64_t rounds) {
  std::vector<ari::JoinHandle<void>> handles;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    handles.push_back(ari::spawn(answers(mine[i], theirs[i], rounds)));
    if (begin) mine[i]->notify_one();
  }
  for (auto& handle : handles) co_await handle;
}
void ari_hop(benchmark::State& state) {
  const std::int64_t rounds = kHops / state.range(0);
  for (auto _ : state) {
    std::vector<std::shared_ptr<ari::sync::Notify>> ping, pong;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      ping.push_back(std::make_shared<ari::sync::Notify>());
      pong.push_back(std::make_shared<ari::sync::Notify>());
    }
    std::thread other([&] { ari::Runtime().block_on(hops(pong, ping, false, rounds)); });
    ari::Runtime().block_on(hops(ping, pong, true, rounds));
    other.join();
  }
  report(state, kHops * 2);
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
void asio_turn_in_strands(benchmark::State& state) {
  for (auto _ : state) {
    asio::io_context context(2);
    for (std::int64_t i = 0; i < kTasks; ++i) {
      asio::co_spawn(asio::make_strand(context), asio_turns(kTurnsOfEach), asio::detached);
    }
    std::thread other([&] { context.run(); });
    context.run();
    other.join();
  }
  report(state, kTasks * kTurnsOfEach);
}

asio::awaitable<void> asio_hops(asio::io_context& here, asio::io_context& there,
                                std::int64_t rounds) {
  for (std::int64_t i = 0; i < rounds; ++i) {
    co_await asio::post(asio::bind_executor(there, asio::use_awaitable));
    co_await asio::post(asio::bind_executor(here, asio::use_awaitable));
  }
}
void asio_hop(benchmark::State& state) {
  const std::int64_t rounds = kHops / state.range(0);
  for (auto _ : state) {
    asio::io_context here(1), there(1);
    auto goes_on = asio::make_work_guard(there);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      asio::co_spawn(here, asio_hops(here, there, rounds), asio::detached);
    }
    std::thread other([&] { there.run(); });
    here.run();
    goes_on.reset();
    other.join();
  }
  report(state, kHops * 2);
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
BENCHMARK(asio_turn_in_strands)->Name("TurnOnTwo/asio_strand")->MeasureProcessCPUTime();
BENCHMARK(ari_hop)->Name("Hop/ari")->Arg(1)->Arg(kTasks)->MeasureProcessCPUTime();
BENCHMARK(asio_hop)->Name("Hop/asio")->Arg(1)->Arg(kTasks)->MeasureProcessCPUTime();
BENCHMARK(thread_switch)->Name("Hop/threads")->MeasureProcessCPUTime();
BENCHMARK(ari_spawn)->Name("SpawnAndJoin/ari");
BENCHMARK(ari_spawn_on_two)->Name("SpawnAndJoin/ari_on_two")->MeasureProcessCPUTime();
BENCHMARK(asio_spawn)->Name("SpawnAndJoin/asio");
BENCHMARK(ari_ping_pong)->Name("PingPong/ari")->MeasureProcessCPUTime();

// ---- the ratios

struct Ratio {
  const char* of;
  const char* to;
  double budget;  // 0: none
};
constexpr Ratio kRatios[] = {
    {"Turn/ari", "Turn/asio", 0.25},
    {"TurnOnTwo/ari/process_time", "TurnOnTwo/asio/process_time", 0.2},
    {"TurnOnTwo/ari/process_time", "TurnOnTwo/asio_strand/process_time", 0},
    {"Hop/ari/1/process_time", "Hop/asio/1/process_time", 0},
    {"Hop/ari/1/process_time", "Hop/threads/process_time", 0},
    {"Hop/ari/64/process_time", "Hop/asio/64/process_time", 0},
    {"SpawnAndJoin/ari", "SpawnAndJoin/asio", 0},
};

// Keeps the fastest repetition of each, beside the table.
class Fastest : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      const auto each = run.counters.find("each");
      if (run.run_type != Run::RT_Iteration || each == run.counters.end()) continue;
      std::string name = run.run_name.str();
      name = name.substr(0, name.find("/repeats:"));
      const double seconds = each->second.value;
      const auto [known, is_new] = seconds_.emplace(name, seconds);
      if (!is_new) known->second = std::min(known->second, seconds);
    }
    ConsoleReporter::ReportRuns(runs);
  }

  // Those of which both sides were run.
  void print_ratios() const {
    for (const Ratio& ratio : kRatios) {
      const auto of = seconds_.find(ratio.of), to = seconds_.find(ratio.to);
      if (of == seconds_.end() || to == seconds_.end()) continue;
      std::printf("%-36s / %-36s  %6.1f ns / %7.1f ns = %.3f", ratio.of, ratio.to, of->second * 1e9,
                  to->second * 1e9, of->second / to->second);
      if (ratio.budget > 0) std::printf("  (budget %.2f)", ratio.budget);
      std::printf("\n");
    }
  }

 private:
  std::map<std::string, double> seconds_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  Fastest reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_ratios();
}
