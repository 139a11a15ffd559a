#include "runtime/scheduler/thread.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <ctime>
#include <memory>
#include <system_error>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ARI_THREAD_SANITIZER
#endif
#endif

namespace ari::scheduler {

namespace {

using Run = std::function<void()>;

extern "C" void* run_thread(void* what) {
  const std::unique_ptr<Run> run(static_cast<Run*>(what));
  (*run)();
  return nullptr;
}

// At least so much, and what the system asks for: a least size, and whole pages.
std::size_t stack_size(std::size_t bytes) noexcept {
  const auto least = static_cast<std::size_t>(std::max(0L, ::sysconf(_SC_THREAD_STACK_MIN)));
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (std::max(bytes, least) + page - 1) / page * page;
}

timespec to_timespec(std::chrono::nanoseconds since_epoch) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  return {static_cast<std::time_t>(seconds.count()),
          static_cast<long>((since_epoch - seconds).count())};
}

// False: it has not ended by then.
bool join_until(pthread_t thread, std::chrono::steady_clock::time_point deadline) noexcept {
#ifdef ARI_THREAD_SANITIZER  // clang 16's knows no other join that does not wait for ever
  const auto left = deadline - std::chrono::steady_clock::now();
  const timespec at = to_timespec((std::chrono::system_clock::now() + left).time_since_epoch());
  return pthread_timedjoin_np(thread, nullptr, &at) == 0;
#else
  const timespec at = to_timespec(deadline.time_since_epoch());
  return pthread_clockjoin_np(thread, nullptr, CLOCK_MONOTONIC, &at) == 0;
#endif
}

class Attributes {
 public:
  explicit Attributes(std::size_t stack_bytes) {
    int error = pthread_attr_init(&all_);
    if (error != 0) throw std::system_error(error, std::system_category(), "pthread_attr_init");
    if (stack_bytes == 0) return;
    error = pthread_attr_setstacksize(&all_, stack_size(stack_bytes));
    if (error == 0) return;
    pthread_attr_destroy(&all_);
    throw std::system_error(error, std::system_category(), "pthread_attr_setstacksize");
  }
  ~Attributes() { pthread_attr_destroy(&all_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  const pthread_attr_t* get() const noexcept { return &all_; }

 private:
  pthread_attr_t all_;
};

}  // namespace

Thread::Thread(std::size_t stack_bytes, Run run) {
  const Attributes attributes(stack_bytes);
  auto what = std::make_unique<Run>(std::move(run));
  pthread_t id;
  const int error = pthread_create(&id, attributes.get(), run_thread, what.get());
  if (error != 0) throw std::system_error(error, std::system_category(), "pthread_create");
  static_cast<void>(what.release());  // the thread's
  id_ = id;
}

Thread& Thread::operator=(Thread&& other) noexcept {
  assert(!is_joinable() && "a thread that nobody can join any more");
  id_ = std::exchange(other.id_, std::nullopt);
  return *this;
}

void Thread::join_or_detach(std::chrono::steady_clock::time_point deadline) noexcept {
  if (join_until(*id_, deadline)) {
    id_.reset();
  } else {
    detach();
  }
}

Thread::~Thread() { assert(!is_joinable() && "a thread that nobody can join any more"); }

}  // namespace ari::scheduler
