#include "runtime/scheduler/observer.h"

#include <pthread.h>

#include <algorithm>
#include <memory>
#include <system_error>

#include "runtime/scheduler/engine.h"
#include "runtime/scheduler/metrics_events.h"
#include "runtime/trace/dispatch.h"
#include "runtime/trace/signals_blocked.h"

namespace ari::scheduler {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kBlockedAfter = std::chrono::seconds(1);
constexpr nanoseconds kLeastPeriod = std::chrono::milliseconds(1);
constexpr nanoseconds kLongestPeriod = std::chrono::hours(24 * 365);  // else sums overflow

nanoseconds blocked_after(const Config& config) noexcept {
  const bool is_heard = trace::subscriber() != nullptr;
  return config.blocked_after.value_or(is_heard ? kBlockedAfter : nanoseconds(0));
}

// Something that is to be done again and again.
struct Duty {
  nanoseconds period;  // zero: never
  std::chrono::steady_clock::time_point due;

  explicit Duty(nanoseconds every) noexcept
      : period(every == nanoseconds(0) ? every : std::clamp(every, kLeastPeriod, kLongestPeriod)),
        due(period == nanoseconds(0) ? std::chrono::steady_clock::time_point::max()
                                     : std::chrono::steady_clock::now() + period) {}
  // Whether it is to be done now. What was missed is not made up for.
  bool take() noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (now < due) return false;
    due = now + period;
    return true;
  }
};

}  // namespace

Observer::Observer(const Engine& runtime, const Config& config)
    : runtime_(runtime), metrics_interval_(config.metrics_interval) {
  const nanoseconds threshold = blocked_after(config);
  if (threshold > nanoseconds(0)) blocked_.emplace(threshold);
}

void Observer::watch(const WorkerCounters& counters, WorkerThread& thread) {
  if (blocked_) blocked_->watch(counters, thread);
}

void Observer::start() noexcept {
  if (!blocked_ && metrics_interval_ == nanoseconds(0)) return;
  const trace::SignalsBlocked blocked;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
  }
}

void Observer::run() noexcept {
  pthread_setname_np(pthread_self(), "ari-observer");
  Duty sample(blocked_ ? blocked_->period() : nanoseconds(0));
  Duty metrics(metrics_interval_);
  std::unique_lock lock(mutex_);
  while (!to_stop_.wait_until(lock, std::min(sample.due, metrics.due), [&] { return stopped_; })) {
    lock.unlock();
    if (sample.take()) blocked_->sample();
    if (metrics.take()) tell_metrics();
    lock.lock();
  }
}

void Observer::tell_metrics() noexcept {
  if (trace::subscriber() != nullptr) record::metrics(runtime_.metrics());
}

void Observer::tell_last_metrics() noexcept {
  if (metrics_interval_ > nanoseconds(0)) tell_metrics();
}

void Observer::stop() noexcept {
  if (!thread_.joinable()) return;
  if (runtime_.is_inherited()) {
    // The thread is not in this process. Both begin anew: there is nothing to join, and the
    // end of a condition variable would wait for whoever waits.
    std::construct_at(&thread_);
    std::construct_at(&to_stop_);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  to_stop_.notify_one();
  thread_.join();
}

}  // namespace ari::scheduler
