// Tasks that wait for other tasks: one for whichever of a set ends first, and one that is stuck,
// since it holds the lock that its child wants before it ends.
// After a while the program looks at its own tasks, and ends; the runtime destroys them.
//
//   build/release/bin/ari-example-joins
#include <chrono>
#include <cstdio>
#include <memory>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using std::chrono::milliseconds;
using Mutex = ari::sync::Mutex<int>;

ari::Task<void> fetch(int ms) { co_await ari::time::sleep(milliseconds(ms)); }

ari::Task<void> collect() {
  ari::JoinSet<void> pages;
  for (const int ms : {300, 20, 200}) pages.spawn(ari::task::Builder().name("fetch"), fetch(ms));
  while (true) {
    const auto next = co_await pages.join_next();
    if (!next) break;
  }
}

ari::Task<void> change(std::shared_ptr<Mutex> state) { const auto guard = co_await state->lock(); }

ari::Task<void> update(std::shared_ptr<Mutex> state) {
  const auto guard = co_await state->lock();
  auto child = ari::task::Builder().name("child").spawn(change(state));
  co_await child;
}

ari::Task<void> main_task() {
  auto state = std::make_shared<Mutex>(0, std::source_location::current());
  auto collector = ari::task::Builder().name("collector").spawn(collect());
  auto parent = ari::task::Builder().name("parent").spawn(update(state));
  const auto ended = co_await ari::time::timeout(milliseconds(100), parent);
  if (!ended) std::fputs(ari::dump().to_string().c_str(), stderr);
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task());
}
