// ping_pong BURSTS: two tasks of one runtime on one thread that wake each other by Notify, in
// bursts that a ring of the recorder holds. Prints nanoseconds of the thread's processor time per
// round (two wakes, four waits), and the rounds, for ping_pong.sh.
#include <time.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

constexpr std::int64_t kRoundsInBurst = 100;

using Turn = std::shared_ptr<ari::sync::Notify>;

ari::Task<void> answers(Turn mine, Turn theirs, std::int64_t rounds) {
  for (std::int64_t i = 0; i < rounds; ++i) {
    co_await mine->notified();
    theirs->notify_one();
  }
}

std::int64_t thread_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

ari::Task<void> bursts(std::int64_t count) {
  const auto ping = std::make_shared<ari::sync::Notify>();
  const auto pong = std::make_shared<ari::sync::Notify>();
  auto other = ari::spawn(answers(pong, ping, count * kRoundsInBurst));
  std::int64_t spent_ns = 0;
  ping->notify_one();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t start_ns = thread_ns();
    co_await answers(ping, pong, kRoundsInBurst);
    spent_ns += thread_ns() - start_ns;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // the drain catches up
  }
  co_await other;
  std::printf("%.1f %lld\n",
              static_cast<double>(spent_ns) / static_cast<double>(count * kRoundsInBurst),
              static_cast<long long>(count * kRoundsInBurst));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: ping_pong BURSTS\n", stderr), 2;
  ari::subscriber::init();
  ari::Runtime().block_on(bursts(std::atoi(argv[1])));
}
