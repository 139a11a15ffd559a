// A small program that is killed as soon as it is done: it leaves its ring file to fuzz_recover. A
// program of its own, since the runtime of the sanitizer builds is not to be linked with a fuzzer
// (its interruptions, tests/runtime/stress, and libFuzzer ask for the same symbol).
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using namespace ari;

Task<void> sleeps() {
  ARI_INFO("asleep", ("share", 0.5), ("name", "ring"));
  co_await time::sleep(std::chrono::milliseconds(1));
}

Task<void> spawns() {
  for (int i = 0; i < 4; ++i) {
    auto handle = spawn(sleeps());
    co_await handle;
  }
}

}  // namespace

int main() {
  subscriber::init();
  Runtime().block_on(spawns());
  ::kill(::getpid(), SIGKILL);
}
