// Reactor: learns from the kernel which sockets became ready.
//
// One epoll instance per runtime that uses sockets. Each descriptor is registered once,
// for both directions and edge-triggered: one system call when it first has to wait and
// one when it goes, however often it is used. The Driver (scheduler/driver.h) sleeps in
// here while no task is runnable and looks in now and then while some are.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>

#include "runtime/net/descriptor.h"
#include "runtime/net/readiness.h"
#include "runtime/scheduler/origin.h"

namespace ari::net {

class Reactor {
 public:
  // Null with `error` set if the system has no more descriptors or memory.
  static std::unique_ptr<Reactor> make(std::error_code& error) noexcept;
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Reports of `fd` go into what is returned, until remove(). Null with `error` set if the
  // system refuses or after shut_down(). Any thread.
  Readiness* add(int fd, std::error_code& error) noexcept;
  // Requires: fd is still open. Whoever waits for it is orphaned.
  void remove(Readiness& readiness, int fd) noexcept;

  // Reports what happened, without sleeping, and says whether it was anything; after a sleep
  // that lasts until something happens, rouse() or the deadline. One thread at a time.
  bool turn() noexcept { return collect(0) == News::kReady; }
  void wait(std::optional<std::chrono::steady_clock::time_point> deadline) noexcept;

  // Ends wait(), or the next one. Any thread.
  void rouse() noexcept;

  // Lets everybody who waits, now or later, find out that nobody reports any more.
  void shut_down() noexcept;

  // The kernel refuses to tell: the program closed our descriptor, as closefrom(3) does, which is
  // noticed within a second; or this is a child of the process that made it. It has been shut down
  // then, and a wait() would end at once. Not noticed is an epoll of the program's own that has got
  // the number of ours. For the thread that collects.
  bool is_broken() const noexcept { return broken_.load(std::memory_order_relaxed); }

 private:
  Reactor(Descriptor epoll, Descriptor bell) noexcept;
  Readiness* take(std::error_code& error) noexcept;
  void give_back(Readiness& readiness) noexcept;
  enum class News { kNone, kOther, kReady };  // kOther: a call, a signal, or the reactor is broken
  News collect(int timeout_ms) noexcept;
  // False: the descriptors are not ours any more.
  bool ring() noexcept;
  void give_up(int system_error) noexcept;

  const scheduler::Origin origin_;
  Descriptor epoll_;
  // An eventfd that can always be read. It is reported once, and again whenever epoll is told of it
  // anew: so nothing is ever written to whatever may have its number.
  Descriptor bell_;
  // Of the thread that collects. Few, because the kernel looks into each socket that it reports:
  // it should be in the cache still when its task gets to it. Others stay first in its line.
  std::array<epoll_event, 64> events_;
  std::atomic<bool> broken_{false};  // relaxed: whoever reads it has the turn to collect

  std::mutex mutex_;  // guards the rest
  bool shut_down_ = false;
  std::deque<Readiness> all_;  // stay where they are
  Readiness* free_ = nullptr;  // those that serve no descriptor, linked
};

}  // namespace ari::net
