// What a value through a channel costs, beside the plainest queue that there is: a deque
// under a mutex, which wakes nobody.
//
//   channel_bench
#include <benchmark/benchmark.h>

#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/ari.h"

namespace {

using ari::Task;
namespace broadcast = ari::sync::broadcast;
namespace mpsc = ari::sync::mpsc;
namespace watch = ari::sync::watch;

constexpr int kValues = 10'000;

void locked_deque(benchmark::State& state) {
  std::mutex mutex;
  std::deque<int> values;
  for ([[maybe_unused]] const auto _ : state) {
    for (int i = 0; i < kValues; ++i) {
      {
        const std::lock_guard lock(mutex);
        values.push_back(i);
      }
      const std::lock_guard lock(mutex);
      benchmark::DoNotOptimize(values.front());
      values.pop_front();
    }
  }
  state.SetItemsProcessed(state.iterations() * kValues);
}

Task<void> one_by_one_bounded() {
  auto [tx, rx] = mpsc::channel<int>(16);
  for (int i = 0; i < kValues; ++i) {
    static_cast<void>(co_await tx.send(i));
    const std::optional<int> got = co_await rx.recv();
    benchmark::DoNotOptimize(got);
  }
}
Task<void> one_by_one_unbounded() {
  auto [tx, rx] = mpsc::unbounded_channel<int>();
  for (int i = 0; i < kValues; ++i) {
    static_cast<void>(tx.send(i));
    const std::optional<int> got = co_await rx.recv();
    benchmark::DoNotOptimize(got);
  }
}
Task<void> one_by_one_broadcast() {
  auto [tx, rx] = broadcast::channel<int>(16);
  for (int i = 0; i < kValues; ++i) {
    static_cast<void>(tx.send(i));
    const auto got = co_await rx.recv();
    benchmark::DoNotOptimize(got);
  }
}
Task<void> one_by_one_watch() {
  auto [tx, rx] = watch::channel(0);
  for (int i = 0; i < kValues; ++i) {
    static_cast<void>(tx.send(i));
    co_await rx.changed();
    benchmark::DoNotOptimize(*rx.borrow());
  }
}

Task<void> receives_all(mpsc::Receiver<int> rx) {
  while (true) {
    const std::optional<int> got = co_await rx.recv();
    if (!got) co_return;
    benchmark::DoNotOptimize(got);
  }
}
Task<void> sends_all(mpsc::Sender<int> tx) {
  for (int i = 0; i < kValues; ++i) static_cast<void>(co_await tx.send(i));
}
// Two tasks that take turns: each fills or empties the channel and suspends.
Task<void> two_tasks() {
  auto [tx, rx] = mpsc::channel<int>(16);
  auto sending = ari::spawn(sends_all(std::move(tx)));
  co_await receives_all(std::move(rx));
  co_await sending;
}

template <Task<void> (*program)()>
void run(benchmark::State& state) {
  ari::Runtime runtime;
  for ([[maybe_unused]] const auto _ : state) runtime.block_on(program());
  state.SetItemsProcessed(state.iterations() * kValues);
}

void two_threads_unbounded(benchmark::State& state) {
  for ([[maybe_unused]] const auto _ : state) {
    auto [tx, rx] = mpsc::unbounded_channel<int>();
    std::vector<std::thread> senders;
    for (int n = 0; n < 2; ++n) {
      senders.emplace_back([sender = tx] {
        for (int i = 0; i < kValues; ++i) static_cast<void>(sender.send(i));
      });
    }
    { const auto last = std::move(tx); }
    ari::Runtime().block_on(receives_all(std::move(rx)));
    for (std::thread& sender : senders) sender.join();
  }
  state.SetItemsProcessed(state.iterations() * kValues * 2);
}

BENCHMARK(locked_deque)->Name("Reference/locked_deque");
BENCHMARK(run<one_by_one_bounded>)->Name("Mpsc/bounded");
BENCHMARK(run<one_by_one_unbounded>)->Name("Mpsc/unbounded");
BENCHMARK(run<two_tasks>)->Name("Mpsc/two_tasks");
BENCHMARK(two_threads_unbounded)->Name("Mpsc/two_sending_threads")->UseRealTime();
BENCHMARK(run<one_by_one_broadcast>)->Name("Broadcast");
BENCHMARK(run<one_by_one_watch>)->Name("Watch");

}  // namespace

BENCHMARK_MAIN();
