#include "runtime/scheduler/current_thread.h"

#include <cassert>
#include <stdexcept>

#include "runtime/task/task_local.h"
#include "runtime/time/coarse_clock.h"

namespace ari::scheduler {

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned kPollsBetweenTurns = 61;
constexpr unsigned kPollsBetweenInjects = 31;

std::uint64_t nanoseconds_since(Clock::time_point then) noexcept {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - then).count());
}

}  // namespace

CurrentThread::CurrentThread(const Config& config)
    : config_(config),
      driver_(config_.start_paused ? time::TickClock::Pausing::kFromStart
                                   : time::TickClock::Pausing::kAllowed),
      blocking_(*this, config_),
      observer_(*this, config_) {}

void CurrentThread::launch() noexcept {
  observer_.watch(counters_, thread_);
  observer_.start();
}

void CurrentThread::enter() {
  // acquire: pairs with the release in leave(), so that what the thread before did is seen.
  if (!is_entered_.exchange(true, std::memory_order_acquire)) return;
  throw std::logic_error(
      "ari: block_on was called on a current-thread runtime while another thread is in it (use "
      "Handle::block_on or Runtime::spawn there)");
}

void CurrentThread::leave() noexcept { is_entered_.store(false, std::memory_order_release); }

void CurrentThread::run_until_complete(task::Header& root) noexcept {
  assert(is_current() && "the caller runs this scheduler");
  const task::LocalScope::Hidden hidden;  // of a task that blocks in place
  time::CoarseClock::refresh();
  thread_.taken();
  busy_since_ = Clock::now();
  while (true) {
    for (unsigned i = 0; i < kPollsBetweenTurns; ++i) {
      task::Header* task = next_task();
      if (task == nullptr) break;
      counters_.begin_poll(task->span().id());
      task->run();
      if (root.state().is_complete()) {
        counters_.busy_ns.add(nanoseconds_since(busy_since_));
        counters_.no_poll();
        thread_.given_up();
        // Tasks of a LocalSet may have given way in the last poll; they go on with the set's next,
        // which may be in a Handle::block_on.
        wake_deferred(root.span().id());
        return;
      }
    }
    turn();
    time::CoarseClock::refresh();
  }
}

task::Header* CurrentThread::next_task() noexcept {
  const bool others_first = ++polls_ % kPollsBetweenInjects == 0;
  if (!others_first) {
    if (task::Header* task = queue_.pop()) return task;
  }
  if (task::Header* task = inject_.pop()) {
    injected_.add();
    return task;
  }
  return queue_.pop();
}

void CurrentThread::turn() noexcept {
  counters_.no_poll();
  if (queue_.empty() && inject_.empty() && deferred_.empty()) {
    park();
    return;
  }
  driver_.turn();
  wake_deferred(trace::kNoSpan);
}

// Who has given way, but for one who needs no more polls.
void CurrentThread::wake_deferred(trace::SpanId done) noexcept {
  std::swap(deferred_, being_woken_);
  for (Waker& waker : being_woken_) {
    if (done == trace::kNoSpan || waker.task_id() != done) std::move(waker).wake();
  }
  being_woken_.clear();
}

void CurrentThread::park() noexcept {
  counters_.busy_ns.add(nanoseconds_since(busy_since_));
  counters_.parks.add();
  driver_.park();
  busy_since_ = Clock::now();
  if (queue_.empty() && inject_.empty()) counters_.empty_parks.add();
}

std::shared_ptr<Runner> CurrentThread::runner() {
  return std::static_pointer_cast<CurrentThread>(shared_from_this());
}

void CurrentThread::shut_down(Deadline deadline) noexcept {
  observer_.tell_last_metrics();
  {
    const Running running(shared_engine(), *this, Running::Kind::kPolls);
    owned_.shut_down();
    inject_.close(queue_);
    while (task::Header* task = queue_.pop()) task->drop_reference();
    deferred_.clear();
    driver_.shut_down();
  }
  blocking_.shut_down(deadline);
  observer_.stop();
}

void CurrentThread::schedule(task::Header& task) noexcept {
  if (is_current()) {
    counters_.local_schedules.add();
    queue_.push(task);
    return;
  }
  // Once pushed, the task may run to its end and take the last reference to this scheduler
  // with it, before we get to unpark.
  const auto alive = shared_from_this();
  // relaxed: a count.
  remote_schedules_.fetch_add(1, std::memory_order_relaxed);
  if (inject_.push(task)) {
    driver_.unpark();
  } else {
    task.drop_reference();
  }
}

void CurrentThread::defer(const Waker& waker) noexcept { deferred_.push_back(waker); }

RuntimeMetrics CurrentThread::metrics() const {
  RuntimeMetrics metrics;
  metrics.num_alive_tasks = owned_.alive();
  metrics.spawned_tasks_count = owned_.ever();
  blocking_.pool().measure(metrics);
  // A queue's depth is what was pushed less what was taken, and at least 0 if the counts
  // are a moment apart.
  const auto depth = [](std::uint64_t pushed, std::uint64_t taken) {
    return static_cast<std::size_t>(pushed > taken ? pushed - taken : 0);
  };
  const std::uint64_t injected = injected_.get();
  metrics.remote_schedule_count = remote_schedules_.load(std::memory_order_relaxed);
  metrics.injection_queue_depth = depth(metrics.remote_schedule_count, injected);
  WorkerMetrics worker = counters_.snapshot();
  worker.local_queue_depth = depth(worker.local_schedule_count + injected, worker.poll_count);
  metrics.workers.push_back(worker);
  return metrics;
}

}  // namespace ari::scheduler
