#include "runtime/scheduler/thread.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <system_error>

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

Thread::~Thread() { assert(!is_joinable() && "a thread that nobody can join any more"); }

}  // namespace ari::scheduler
