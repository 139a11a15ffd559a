// A task that waits for ever, because the only waker that could wake it is gone.
//
// Impatient polls a timer and throws it away at once, and the copy of the waker that the
// timer had goes with it. The program still ends: the runtime destroys the task.
//
//   ARI=jsonl:run.jsonl build/release/bin/ari-example-lost-waker
//   build/release/bin/ari-replay lint run.jsonl
#include <chrono>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using std::chrono::milliseconds;

class Impatient {
 public:
  ari::Poll poll(ari::Context& cx) noexcept {
    auto timer = ari::time::sleep(milliseconds(10));
    return timer.poll(cx);
  }
};

ari::Task<void> waits_for_ever() {
  Impatient impatient;
  co_await impatient;
}

ari::Task<void> sleeps() { co_await ari::time::sleep(milliseconds(20)); }

ari::Task<void> main_task() {
  auto forgetful = ari::task::Builder().name("forgetful").spawn(waits_for_ever());
  auto healthy = ari::task::Builder().name("healthy").spawn(sleeps());
  co_await healthy;
  co_await ari::time::sleep(milliseconds(30));
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
