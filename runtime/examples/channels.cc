// Producers and consumers: a bounded channel, whose senders wait while it is full.
//
//   ARI=stdout build/release/bin/ari-example-channels
#include <chrono>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

namespace mpsc = ari::sync::mpsc;

ari::Task<void> produce(mpsc::Sender<int> tx, int first) {
  for (int i = first; i < first + 3; ++i) {
    const auto unsent = co_await tx.send(i);
    if (unsent) co_return;  // nobody receives any more
  }
}

ari::Task<void> consume(mpsc::Receiver<int> rx) {
  while (true) {
    const std::optional<int> value = co_await rx.recv();
    if (!value) co_return;  // both producers have gone
    ARI_INFO("received", ("value", *value));
    co_await ari::time::sleep(std::chrono::milliseconds(1));
  }
}

ari::Task<void> main_task() {
  auto [tx, rx] = mpsc::channel<int>(2);
  ari::spawn(produce(tx, 10));
  ari::spawn(produce(std::move(tx), 20));
  co_await consume(std::move(rx));
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
