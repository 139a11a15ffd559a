// A task that waits for a timer: what a resource and its async op look like in a log.
//
//   ARI=stdout build/release/bin/ari-example-sleep
#include <chrono>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

ari::Task<void> sleeping() {
  ARI_INFO("step 1");
  co_await ari::time::sleep(std::chrono::milliseconds(5));
  ARI_INFO("step 2");
}

ari::Task<void> main_task() { co_await ari::spawn(sleeping()); }

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
