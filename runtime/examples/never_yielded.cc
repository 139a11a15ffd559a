// A task that computes for more than a second without letting anybody else run. Its
// neighbour wants to tick every 20 ms; look at how long that one was scheduled.
//
//   ARI=jsonl:run.jsonl build/release/bin/ari-example-never-yielded
//   build/release/bin/ari-replay lint run.jsonl
#include <chrono>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using std::chrono::milliseconds;

ari::Task<void> computing() {
  const auto end = std::chrono::steady_clock::now() + milliseconds(1200);
  while (std::chrono::steady_clock::now() < end) {
  }
  co_return;
}

ari::Task<void> ticking() {
  for (int i = 0; i < 5; ++i) co_await ari::time::sleep(milliseconds(20));
}

ari::Task<void> main_task() {
  auto neighbour = ari::task::Builder().name("neighbour").spawn(ticking());
  co_await ari::task::yield_now();  // lets it set its first timer
  auto hog = ari::task::Builder().name("hog").spawn(computing());
  co_await hog;
  co_await neighbour;
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
