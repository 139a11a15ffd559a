// One task that waits for three things at once, whichever comes first: a baker, until the
// shop closes. The log shows the three async ops side by side inside of one poll.
//
//   ARI=stdout build/release/bin/ari-example-select
#include <chrono>
#include <memory>
#include <source_location>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using ari::Task;
using ari::sync::CancellationToken;
using ari::sync::Notify;
using std::chrono::milliseconds;

Task<int> baker(std::shared_ptr<Notify> bell, CancellationToken closing) {
  for (int baked = 0;;) {
    // In this order: who rang before closing time is served.
    auto first = co_await ari::select_biased(bell->notified(), closing.cancelled(),
                                             ari::time::sleep(milliseconds(2)));
    if (first.index() == 0) ++baked;
    if (first.index() == 1) co_return baked;
    if (first.index() == 2) ARI_INFO("sweeping the floor");
  }
}

Task<void> customers(std::shared_ptr<Notify> bell, CancellationToken closing) {
  const auto guard = closing.drop_guard();  // the last one closes the door
  for (int i = 0; i < 3; ++i) {
    co_await ari::time::sleep(milliseconds(3));
    bell->notify_one();
  }
}

Task<void> day() {
  auto bell = std::make_shared<Notify>(std::source_location::current());
  const CancellationToken closing;
  auto both = co_await ari::join(baker(bell, closing), customers(bell, closing));
  ARI_INFO("closed", ("baked", std::get<0>(both)));
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(day());
}
