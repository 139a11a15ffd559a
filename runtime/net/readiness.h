// Readiness: what is known of one file descriptor, and who waits for more.
//
// The kernel tells changes only (edge-triggered epoll), so what it told has to be kept:
// one word says whether a read, or a write, is worth trying. It may be too hopeful, never
// too gloomy: an operation that is let through and gets EAGAIN takes the hope away again,
// unless news came while it tried, and then waits.
//
//   Reactor   report() ──▶ word: readable, writable, …   ──▶ waiters: woken
//   operation look(), try, would block: forget(), wait() ──▶ waiters: listed, oldest first
//
// Whoever was woken stays known until it waits again or ends, in a list of its own: the
// descriptor may go before its task gets to poll it, and it has to learn that.
//
// Any number of operations may wait, on any threads. The memory belongs to the Reactor and
// serves one descriptor after the other: an event that was on its way when its descriptor
// left may reach the next one, which then tries once in vain.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "runtime/task/waker.h"

namespace ari::net {

enum class Direction : std::uint8_t { kRead, kWrite };

class Readiness;

// One operation's place among those who wait. Leaves the lists at its end.
class Waiter {
 public:
  Waiter() noexcept = default;
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // The descriptor went away while this one waited for it.
  bool is_orphaned() const noexcept { return place_.load(std::memory_order_acquire) == kOrphaned; }

 private:
  friend class Readiness;
  enum Place : std::uint8_t {
    kNowhere,   // has never waited: the operation's alone
    kWaits,     // in the list of those who wait: touched with its mutex only
    kWoken,     // in the list of those who were woken: the same
    kOrphaned,  // as nowhere, and for good
  };
  // release, by whoever orphans it and as the last thing: pairs with the acquire of the
  // operation, which may end as soon as it sees that. The rest is ordered by the mutex.
  std::atomic<Place> place_{kNowhere};
  Direction direction_{};
  Readiness* owner_ = nullptr;
  Waker waker_;  // none once woken
  Waiter* before_ = nullptr;
  Waiter* next_ = nullptr;
};

class Readiness {
 public:
  // The bits of the word; above them a count of the reports.
  enum Bits : std::uint32_t {
    kReadable = 1,     // a read may get something
    kWritable = 2,     // a write may find room
    kReadClosed = 4,   // the end of what comes, or an error, is still to be read
    kWriteClosed = 8,  // a write will fail
    kShutDown = 16,    // nobody reports any more
    kUrgent = 32,      // there was urgent data: a read ends at its mark, short or not
  };

  // The word at one moment.
  class Seen {
   public:
    bool is_worth_trying(Direction direction) const noexcept {
      const std::uint32_t read = kReadable | kReadClosed, write = kWritable | kWriteClosed;
      return (word_ & (kShutDown | (direction == Direction::kRead ? read : write))) != 0;
    }
    bool is_shut_down() const noexcept { return (word_ & kShutDown) != 0; }

   private:
    friend class Readiness;
    explicit Seen(std::uint32_t word) noexcept : word_(word) {}
    std::uint32_t word_;
  };
  // Of a descriptor that is not registered.
  static Seen nothing_known() noexcept { return Seen(kReadable | kWritable); }
  // acquire: pairs with the release in report().
  Seen look() const noexcept { return Seen(word_.load(std::memory_order_acquire)); }

  enum class Evidence : std::uint8_t {
    kWouldBlock,  // the kernel said so
    kShort,       // it gave or took less than it could have: next time it would block, unless
                  // the peer has closed or it was a read that met urgent data
  };
  // An operation that looked and then tried found nothing left. Does nothing if news came
  // in between.
  void forget(Direction direction, Seen seen, Evidence evidence) noexcept;

  // Lists `waiter`, or keeps it listed, to be woken by `waker`. False: try first, it is
  // worth it by now.
  [[nodiscard]] bool wait(Waiter& waiter, Direction direction, const Waker& waker) noexcept;

  // News from the kernel: wakes those for whom it is good.
  void report(Bits bits) noexcept;

  // Serves a descriptor from now on, of which nothing is known; no more, which orphans
  // whoever waits or was woken, and wakes who was not yet.
  void open() noexcept;
  void close() noexcept;

 private:
  friend class Waiter;
  friend class Reactor;
  static constexpr std::uint32_t kOneReport = 1u << 8;

  struct List {
    Waiter* first = nullptr;
    Waiter* last = nullptr;
    void append(Waiter& waiter) noexcept;
    void remove(Waiter& waiter) noexcept;
  };

  // These require the mutex.
  void join(Waiter& waiter) noexcept;
  void part(Waiter& waiter) noexcept;
  // Of one that waits, which from then on is `to`.
  Waker take_waker(Waiter& waiter, Waiter::Place to) noexcept;
  // Takes all off the list that `seen` lets through, and wakes them without the mutex.
  void wake_waiters(Seen seen, Waiter::Place to) noexcept;

  std::atomic<std::uint32_t> word_{0};
  std::mutex mutex_;  // guards the lists
  List waiting_, woken_;
  Readiness* next_free_ = nullptr;  // the Reactor's
};

}  // namespace ari::net
