#include "runtime/scheduler/blocking_pool.h"

#include <pthread.h>

#include <algorithm>
#include <string>
#include <utility>

#include "runtime/scheduler/engine.h"
#include "runtime/trace/span.h"

namespace ari::scheduler {

namespace {

// Tells that a thread starts or ends, and how many there are then.
void tell_thread(const char* op, std::size_t threads, std::size_t waiting) noexcept {
  static constexpr std::string_view kFields[] = {"op", "threads", "queue_depth"};
  static constexpr trace::Metadata kEvent{"", "runtime::blocking", trace::Level::kTrace, kFields};
  trace::event(kEvent, {op, threads, waiting});
}

// NAME-3, cut so that the number is in the 15 bytes that the system shows.
void name_this_thread(const std::string& name, std::size_t number) noexcept {
  constexpr std::size_t kShown = 15;
  const std::string suffix = "-" + std::to_string(number);
  const std::string shown = name.substr(0, kShown - std::min(kShown, suffix.size())) + suffix;
  pthread_setname_np(pthread_self(), shown.substr(0, kShown).c_str());
}

}  // namespace

BlockingPool::BlockingPool(Engine& runtime, const Config& config) noexcept
    : runtime_(runtime), config_(config) {}

bool BlockingPool::submit(Job job, bool first) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  const auto place = jobs_.insert(first ? jobs_.begin() : jobs_.end(), std::move(job));
  if (idle_ > 0) {
    --idle_;
    ++called_;
    job_or_end_.notify_one();
    return true;
  }
  // Workers are not counted, of which some may be yet to come.
  const std::size_t blocking = serving_ - std::min(serving_, config_.worker_threads);
  if (blocking >= config_.max_blocking_threads) return true;
  try {
    start_thread();
  } catch (...) {
    // One of those that are no workers will come to it.
    if (serving_ > config_.worker_threads) return true;
    jobs_.erase(place);
    throw;
  }
  return true;
}

void BlockingPool::start_thread() {
  Thread thread(config_.thread_stack_bytes, [this, runtime = runtime_.shared_from_this(),
                                             number = started_ + 1] { serve(number); });
  // The thread ends with the mutex in its hands, so not before it is listed.
  const pthread_t id = thread.id();
  threads_.emplace(id, std::move(thread));
  ++serving_;
  ++running_;
  ++started_;
}

void BlockingPool::serve(std::size_t number) noexcept {
  name_this_thread(config_.thread_name, number);
  using Running = Scheduler::Running;
  const Running running(runtime_.shared_engine(), runtime_.blocking(), Running::Kind::kBlocks);
  if (config_.on_thread_start) config_.on_thread_start();
  {
    std::unique_lock lock(mutex_);
    tell_thread("thread_start", running_, jobs_.size());
    run_jobs(lock);
    // With the mutex since the last look at the jobs: who brings one now cannot count on us.
    --serving_;
  }
  if (config_.on_thread_stop) config_.on_thread_stop();

  Thread before;
  {
    const std::lock_guard lock(mutex_);
    --running_;
    tell_thread("thread_end", running_, jobs_.size());
    const auto self = threads_.find(pthread_self());
    // Once it is closed, whoever closed it joins this thread, or has let go of it.
    if (!closed_) {
      before = std::exchange(ended_last_, std::move(self->second));
      threads_.erase(self);
    }
    if (running_ == 0) all_ended_.notify_all();
  }
  if (before.is_joinable()) before.join();
}

void BlockingPool::run_jobs(std::unique_lock<std::mutex>& lock) noexcept {
  do {
    while (!jobs_.empty()) {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // what it held goes before the mutex is back
      lock.lock();
    }
  } while (wait_for_job(lock));
}

bool BlockingPool::wait_for_job(std::unique_lock<std::mutex>& lock) noexcept {
  if (closed_) return false;
  ++idle_;
  const bool woken =
      job_or_end_.wait_for(lock, config_.thread_keep_alive, [&] { return called_ > 0 || closed_; });
  if (woken && called_ > 0) {
    --called_;
    return true;
  }
  --idle_;
  return false;
}

void BlockingPool::forget_threads() noexcept {
  for (auto& [id, thread] : threads_) thread.forget();
  ended_last_.forget();
}

bool BlockingPool::shut_down(Deadline deadline) noexcept {
  if (runtime_.is_inherited()) {
    forget_threads();
    return false;
  }
  std::map<pthread_t, Thread> ended;
  Thread last;
  bool all = false;
  {
    std::unique_lock lock(mutex_);
    closed_ = true;
    job_or_end_.notify_all();
    const auto none_left = [&] { return running_ == 0; };
    const bool is_own = threads_.contains(pthread_self());
    if (is_own) {
      all = false;
    } else if (deadline) {
      all = all_ended_.wait_until(lock, *deadline, none_left);
    } else {
      all_ended_.wait(lock, none_left);
      all = true;
    }
    ended.swap(threads_);
    last = std::move(ended_last_);
    if (!all) {
      for (auto& [id, thread] : ended) thread.detach();
    }
  }
  // They may still have to destroy their thread_local variables.
  const auto join = [&](Thread& thread) {
    if (deadline) {
      thread.join_or_detach(*deadline);
    } else {
      thread.join();
    }
  };
  if (last.is_joinable()) join(last);
  if (all) {
    for (auto& [id, thread] : ended) join(thread);
  }
  return all;
}

void BlockingPool::measure(RuntimeMetrics& metrics) const noexcept {
  const std::lock_guard lock(mutex_);
  metrics.num_blocking_threads = running_ - std::min(running_, config_.worker_threads);
  metrics.num_idle_blocking_threads = idle_;
  metrics.blocking_queue_depth = jobs_.size();
}

}  // namespace ari::scheduler
