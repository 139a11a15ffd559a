#include "subscriber/session.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <new>
#include <system_error>
#include <utility>

#include "runtime/trace/service_thread.h"
#include "runtime/trace/signals_blocked.h"
#include "subscriber/write_signals_held.h"

namespace ari::subscriber {

namespace {

using namespace std::chrono_literals;

// Between passes. Events of a program that is killed outright are lost for as long, unless
// its rings lie in a file.
constexpr std::chrono::microseconds kBusyPause = 1ms;
constexpr std::chrono::microseconds kCalmPause = 20ms;

constinit thread_local bool t_is_drain = false;

}  // namespace

Session::Session(std::vector<std::unique_ptr<Sink>> sinks, std::string_view program,
                 TickClock clock, std::size_t ring_bytes, CrashSafety crash_safety,
                 std::span<const Field> header, bool blocks_when_full)
    : crash_safety_(std::move(crash_safety)),
      lanes_(ring_bytes, crash_safety_.file.get()),
      recorder_(clock, lanes_),
      anchors_(clock),
      sinks_(std::move(sinks)),
      drain_(lanes_, anchors_.now(), *this, program, clock.name(), header) {
  if (blocks_when_full) lanes_.doorbell().let_wait();
  checkpoint();  // with the clock's first anchor, before the first event
  if (crash_safety_.file != nullptr && !crash_safety_.file->publish()) abandon();
  const trace::SignalsBlocked for_the_thread;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // Nobody is to take it for a dead program's.
    if (crash_safety_.file != nullptr && !is_abandoned_) crash_safety_.file->remove();
    throw;
  }
  pthread_setname_np(thread_.native_handle(), "ari-drain");
}

Session::~Session() { stop(); }

void Session::stop() {
  if (!thread_.joinable()) return;
  lanes_.doorbell().stop();
  if (thread_.get_id() != std::this_thread::get_id()) return thread_.join();
  thread_.detach();
  end();
}

void Session::consume(const Record& record) {
  has_recorded_ |= record.kind >= RecordKind::kNew && record.kind <= RecordKind::kWaker;
  for (const auto& sink : sinks_) sink->write(record);
}

void Session::end_thread(std::uint32_t thread) {
  for (const auto& sink : sinks_) sink->end_thread(thread);
}

void Session::run() {
  t_is_drain = true;
  const trace::ServiceThread service;
  std::chrono::microseconds pause = kBusyPause;
  do {
    std::size_t bytes = 0;
    try {
      bytes = drain_.pass(anchors_.now());
      for (const auto& sink : sinks_) sink->flush(monotonic_ns());
      checkpoint();
      flush_if_asked();
    } catch (const std::bad_alloc&) {  // what was not handed on is by a later pass
    }
    if (bytes > lanes_.ring_bytes() / 8) {
      pause = 0us;  // the program fills its rings fast
    } else {
      pause = bytes > 0 ? kBusyPause : std::min(pause + kBusyPause, kCalmPause);
    }
    if (bytes == 0) end_process_if_last();
  } while (lanes_.doorbell().sleep(pause));
  end();
}

// exit() calls what the program has to do in the end, then stop(). A signal that came since main()
// ended waits for a thread that takes it.
void Session::end_process_if_last() {
  constexpr std::uint64_t kLookNs = 100'000'000;
  const std::uint64_t now_ns = monotonic_ns();
  if (now_ns - last_thread_ns_ < kLookNs) return;
  last_thread_ns_ = now_ns;
  if (!trace::ServiceThread::are_all_that_is_left()) return;
  lanes_.doorbell().stop();  // nobody waits for room that this thread would make
  const sigset_t held = write_signals();
  pthread_sigmask(SIG_SETMASK, &held, nullptr);
  std::exit(EXIT_SUCCESS);
}

void Session::end() {
  try {
    drain_.finish(anchors_.now());
  } catch (const std::bad_alloc&) {
    for (const auto& sink : sinks_) sink->out_of_memory();
  }
  for (const auto& sink : sinks_) sink->finish();
  has_ended_.store(true, std::memory_order_release);
  if (crash_safety_.file == nullptr || is_abandoned_) return;
  crash_safety_.file->look_for_it();
  crash_safety_.file->remove();
}

void Session::flush_within(std::chrono::milliseconds most) noexcept {
  if (t_is_drain) return;  // of the last thread: it had nothing left to write
  // release, acquire: pair with those in flush_if_asked(). What the calling thread recorded
  // before it asked is written before it hears that it is.
  const std::uint32_t asked = flushes_asked_.fetch_add(1, std::memory_order_acq_rel) + 1;
  constexpr std::chrono::milliseconds kNow{0}, kForEver = std::chrono::hours(24 * 365);
  const std::chrono::nanoseconds patience = std::clamp(most, kNow, kForEver);
  const auto deadline = monotonic_ns() + static_cast<std::uint64_t>(patience.count());
  const auto is_done = [&] {
    return has_ended_.load(std::memory_order_acquire) ||
           static_cast<std::int32_t>(flushes_done_.load(std::memory_order_acquire) - asked) >= 0;
  };
  while (!is_done() && monotonic_ns() < deadline) {
    constexpr timespec kMoment{0, 500'000};
    nanosleep(&kMoment, nullptr);
  }
}

// Looks twice, with the window of the drain in between: what was recorded when the first
// look began is handed on by the second.
void Session::flush_if_asked() {
  const std::uint32_t asked = flushes_asked_.load(std::memory_order_acquire);
  if (asked == flushes_done_.load(std::memory_order_relaxed)) return;
  std::this_thread::sleep_for(std::chrono::nanoseconds(2 * Drain::kWindowNs));
  const Anchor now = anchors_.now();
  drain_.pass(now);
  drain_.tell_alive(now);  // perhaps it is about to die
  for (const auto& sink : sinks_) sink->sync();
  checkpoint();
  flushes_done_.store(asked, std::memory_order_release);
}

void Session::abandon() {
  is_abandoned_ = true;
  crash_safety_.file->abandon();
}

// What the rings in the file held is in the log now, and they may be filled anew.
void Session::checkpoint() {
  RingFile* const file = crash_safety_.file.get();
  if (file == nullptr) return;
  const auto log_bytes = sinks_[crash_safety_.log]->sync();
  if (!log_bytes) abandon();
  log_bytes_ = log_bytes.value_or(log_bytes_);
  drain_.checkpoint(*file, log_bytes_);
  look_for_ring_file();
}

void Session::look_for_ring_file() {
  constexpr std::uint64_t kLookNs = 1'000'000'000;
  const std::uint64_t now_ns = monotonic_ns();
  if (now_ns - looked_ns_ < kLookNs) return;
  looked_ns_ = now_ns;
  crash_safety_.file->look_for_it();
}

}  // namespace ari::subscriber
