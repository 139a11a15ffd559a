// A heart that beats at a steady pace, however long each beat takes, and a question that is
// not waited for longer than ten milliseconds.
//
//   ARI=stdout build/release/bin/ari-example-timers
#include <chrono>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using std::chrono::milliseconds;

ari::Task<void> heart() {
  auto beat = ari::time::interval(milliseconds(3));
  for (int i = 1; i <= 4; ++i) {
    co_await beat.tick();
    ARI_INFO("beat", ("n", i));
    co_await ari::time::sleep(milliseconds(1));
  }
}

ari::Task<int> oracle() {
  co_await ari::time::sleep(std::chrono::hours(1));
  co_return 42;
}

ari::Task<void> main_task() {
  auto beating = ari::task::Builder().name("heart").spawn(heart());
  auto answer = co_await ari::time::timeout(milliseconds(10), oracle());
  if (!answer) ARI_INFO("no answer");
  co_await beating;
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
