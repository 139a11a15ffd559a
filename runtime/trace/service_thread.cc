#include "runtime/trace/service_thread.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace ari::trace {

namespace {

// relaxed, all of it: a thread counts itself while it runs, so there are never fewer than are
// counted, and whoever looks while one comes or goes looks again.
constinit std::atomic<unsigned> s_running{0};

// A child of fork() has none of them. Before main(): done when the first of them begins, a child
// that another thread forks meanwhile would wait for ever until it is done.
[[maybe_unused]] const int s_forget_in_children =
    pthread_atfork(nullptr, nullptr, [] { s_running.store(0, std::memory_order_relaxed); });

}  // namespace

ServiceThread::ServiceThread() noexcept { s_running.fetch_add(1, std::memory_order_relaxed); }

ServiceThread::~ServiceThread() { s_running.fetch_sub(1, std::memory_order_relaxed); }

bool ServiceThread::are_all_that_is_left() noexcept {
  // A directory per thread, and the two links that every directory has. Until the process ends
  // there is one of main()'s thread, also once that is no more; then it has no program to run.
  struct stat tasks;
  if (stat("/proc/self/task", &tasks) != 0) return false;
  if (tasks.st_nlink != 2 + 1 + s_running.load(std::memory_order_relaxed)) return false;
  char one;
  return readlink("/proc/self/exe", &one, 1) < 0 && errno == ENOENT;
}

}  // namespace ari::trace
