// Two tasks that lock two mutexes in opposite order and so wait for each other for ever.
// After a while the program looks at its own tasks, and ends; the runtime destroys them.
//
//   build/release/bin/ari-example-deadlock
//
// The other way to look: start it with an argument, so that it waits to be asked, and
//
//   ARI_DUMP_SIGNAL=USR1 build/release/bin/ari-example-deadlock wait &
//   kill -USR1 $!
#include <chrono>
#include <cstdio>
#include <memory>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using std::chrono::milliseconds;
using Mutex = ari::sync::Mutex<int>;

ari::Task<void> lock_both(std::shared_ptr<Mutex> first, std::shared_ptr<Mutex> second) {
  const auto has_first = co_await first->lock();
  co_await ari::time::sleep(milliseconds(20));
  const auto has_second = co_await second->lock();
}

ari::Task<void> left(std::shared_ptr<Mutex> a, std::shared_ptr<Mutex> b) {
  co_await lock_both(a, b);
}
ari::Task<void> right(std::shared_ptr<Mutex> a, std::shared_ptr<Mutex> b) {
  co_await lock_both(b, a);
}

ari::Task<void> main_task(bool waits) {
  auto a = std::make_shared<Mutex>(0, std::source_location::current());
  auto b = std::make_shared<Mutex>(0, std::source_location::current());
  auto on_left = ari::task::Builder().name("left").spawn(left(a, b));
  auto on_right = ari::task::Builder().name("right").spawn(right(a, b));
  co_await ari::time::sleep(milliseconds(200));
  if (waits) co_await on_left;
  std::fputs(ari::dump().to_string().c_str(), stderr);
}

}  // namespace

int main(int argc, char**) {
  ari::subscriber::init();
  ari::Runtime().block_on(main_task(argc > 1));
}
