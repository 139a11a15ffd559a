// What one call costs a thread, in bursts and in the long run; the same loop for every logger.
//
//   sustained-X burst THREADS SECONDS     bursts of 2000 calls with 3 ms for the logger between
//                                         them: the median burst's cost, by the wall clock
//   sustained-X drop THREADS SECONDS      on and on, what finds no room is dropped: the time that
//                                         the thread spent on a processor
//   sustained-X wait THREADS SECONDS      on and on, nothing is dropped: by the wall clock
//
// Each thread stops after its part of 10^8 calls if that is before SECONDS.
#pragma once

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace ari::bench {

struct Wanted {
  std::string_view mode;
  int threads = 1;
  std::chrono::seconds seconds{1};
  bool waits() const { return mode == "wait"; }
};

inline Wanted read_arguments(int argc, char** argv) {
  if (argc == 4) return {argv[1], std::atoi(argv[2]), std::chrono::seconds(std::atoi(argv[3]))};
  std::fprintf(stderr, "usage: %s burst|drop|wait THREADS SECONDS\n", argv[0]);
  std::exit(2);
}

struct Cost {
  double ns = 0;  // of one call: the median thread's, or the median burst's
  std::uint64_t calls = 0;
};

inline double now_ns(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Calls `call(i)` on as many threads as are wanted, with i from 0 on each.
template <typename Call>
Cost measure(const Wanted& wanted, Call call) {
  constexpr std::uint64_t kMostCalls = 100'000'000, kBurst = 2000;
  const bool is_burst = wanted.mode == "burst";
  const clockid_t clock = wanted.mode == "drop" ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC;
  std::mutex mutex;
  std::vector<double> costs;
  std::uint64_t calls = 0;
  const auto run = [&] {
    std::vector<double> own;
    std::uint64_t i = 0;
    double spent_ns = 0;
    const double end_ns =
        now_ns(CLOCK_MONOTONIC) + 1e9 * static_cast<double>(wanted.seconds.count());
    while (i * static_cast<unsigned>(wanted.threads) < kMostCalls &&
           now_ns(CLOCK_MONOTONIC) < end_ns) {
      const double start_ns = now_ns(clock);
      for (const std::uint64_t last = i + kBurst; i < last; ++i) call(i);
      const double taken_ns = now_ns(clock) - start_ns;
      spent_ns += taken_ns;
      if (!is_burst) continue;
      own.push_back(taken_ns / kBurst);
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    if (!is_burst) own.push_back(spent_ns / static_cast<double>(i));
    const std::lock_guard lock(mutex);
    costs.insert(costs.end(), own.begin(), own.end());
    calls += i;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < wanted.threads; ++i) threads.emplace_back(run);
  for (std::thread& thread : threads) thread.join();
  const auto middle = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() / 2);
  std::nth_element(costs.begin(), middle, costs.end());
  return {*middle, calls};
}

// NS CALLS LOST, for sustained.sh.
inline void print(const Cost& cost, std::uint64_t lost) {
  std::printf("%.2f %llu %llu\n", cost.ns, static_cast<unsigned long long>(cost.calls),
              static_cast<unsigned long long>(lost));
}

}  // namespace ari::bench
