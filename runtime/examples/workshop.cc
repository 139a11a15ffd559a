// A small workshop: the tour of what a log can show, in a tenth of a second.
//
//   smith    waits for iron (Notify), forges, and sends a horseshoe to the counter (oneshot)
//   porter   brings the iron after some milliseconds
//   bellows  pumps: wakes itself again and again
//   novice   hits a thumb: ends by an exception
//   dreamer  sleeps for an hour and is sent home: aborted
//
//   ARI=stdout build/release/bin/ari-example-workshop
#include <chrono>
#include <memory>
#include <source_location>
#include <stdexcept>
#include <string>

#include "runtime/ari.h"
#include "subscriber/init.h"

namespace {

using ari::Task;
using ari::sync::Notify;
using std::chrono::hours;
using std::chrono::milliseconds;
namespace oneshot = ari::sync::oneshot;

Task<void> smith(std::shared_ptr<Notify> iron, oneshot::Sender<std::string> counter) {
  co_await iron->notified();
  ARI_INFO("forging", ("blows", 3));
  co_await ari::task::yield_now();
  static_cast<void>(counter.send("a horseshoe"));
}

Task<void> porter(std::shared_ptr<Notify> iron) {
  co_await ari::time::sleep(milliseconds(4));
  iron->notify_one();
}

// A future by hand: it is not ready a few times, and each time wakes its own task.
class Pumping {
 public:
  explicit Pumping(int strokes) : strokes_left_(strokes) {}
  ari::Poll poll(ari::Context& cx) noexcept {
    if (strokes_left_-- == 0) return ari::Poll::kReady;
    cx.waker().wake_by_ref();
    return ari::Poll::kPending;
  }

 private:
  int strokes_left_;
};

Task<void> bellows() { co_await Pumping(6); }

Task<void> novice() {
  co_await ari::task::yield_now();
  throw std::runtime_error("hit a thumb");
}

Task<void> dreamer() { co_await ari::time::sleep(hours(1)); }

Task<void> day() {
  // make_shared would be taken for the place where the Notify is made.
  auto iron = std::make_shared<Notify>(std::source_location::current());
  auto [sender, receiver] = oneshot::channel<std::string>();

  auto working = ari::task::Builder().name("smith").spawn(smith(iron, std::move(sender)));
  auto carrying = ari::task::Builder().name("porter").spawn(porter(iron));
  auto pumping = ari::task::Builder().name("bellows").spawn(bellows());
  auto learning = ari::task::Builder().name("novice").spawn(novice());
  auto dreaming = ari::task::Builder().name("dreamer").spawn(dreamer());

  try {
    co_await learning;
  } catch (const std::runtime_error& accident) {
    ARI_WARN("accident", ("what", accident.what()));
  }
  std::optional<std::string> made = co_await receiver;
  if (made) ARI_INFO("sold", ("what", *made));

  dreaming.abort();
  try {
    co_await dreaming;
  } catch (const ari::JoinError&) {
    ARI_INFO("sent the dreamer home");
  }
  co_await carrying;
  co_await working;
  co_await pumping;
}

}  // namespace

int main() {
  ari::subscriber::init();
  ari::Runtime().block_on(day());
}
