// The smallest whole life: a task that lets others run once.
//
//   ARI=stdout build/release/bin/ari-example-yield
#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

ari::Task<void> yielding() {
  ARI_INFO("pre-yield", ("fun", true));
  co_await ari::task::yield_now();
}

ari::Task<void> main_task() { co_await ari::spawn(yielding()); }

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
