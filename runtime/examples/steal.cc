// A worker in trouble, and who helps: what work stealing does for latency, and what it cannot.
//
// The hog spawns ten guests and then computes for 20 ms without a co_await. Nine of the
// guests lie in the queue of the hog's worker: the other worker wakes up and steals them, and
// they wait for some microseconds. The tenth, spawned last, is in the worker's LIFO slot, from
// where nobody can take it: it waits until the hog has done. The remedy is in the second
// round: block_in_place() tells the runtime, and the worker goes on on another thread.
//
//   ARI=jsonl:run.jsonl build/release/bin/ari-example-steal
//   build/release/bin/ari-replay tasks --sort scheduled run.jsonl
#include <chrono>
#include <vector>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using Clock = std::chrono::steady_clock;

void compute() {
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(20);
  while (Clock::now() < end) continue;
}

ari::Task<void> guest() { co_return; }

ari::Task<void> hog(bool considerate) {
  std::vector<ari::JoinHandle<void>> guests;
  for (int i = 0; i < 10; ++i) guests.push_back(ari::spawn(guest()));
  if (considerate) {
    ari::task::block_in_place(compute);
  } else {
    compute();
  }
  for (auto& each : guests) co_await each;
}

ari::Task<void> main_task() {
  auto rude = ari::task::Builder().name("rude hog").spawn(hog(false));
  co_await rude;
  auto considerate = ari::task::Builder().name("considerate hog").spawn(hog(true));
  co_await considerate;
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime::Builder::multi_thread().worker_threads(2).build().block_on(main_task());
}
