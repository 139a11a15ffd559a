// Origin: the process that made something, for what a child of fork() has to leave alone.
//
// The kernel keeps some things once for both, such as an epoll: what the child does to its copy is
// done to the parent's. Others, such as threads, the child does not have. A part of such a thing;
// asked on hot paths, where getpid() would be a system call.
#pragma once

#include <atomic>

namespace ari::scheduler {

class Origin {
 public:
  // This process.
  Origin() noexcept;

  // This process is not it, but was forked from it, or from a child of it. Any thread.
  bool is_a_parent() const noexcept {
    // relaxed: it changes while the process has one thread only.
    return forks_before_ != forks_.load(std::memory_order_relaxed);
  }

 private:
  // How often this process came of a fork() since the first Origin.
  static inline constinit std::atomic<unsigned> forks_{0};

  const unsigned forks_before_;
};

}  // namespace ari::scheduler
