// Inbox: a queue that many threads put letters into and one thread takes them out of.
//
// No lock and no waiting. Senders push onto a shared stack with one compare-and-swap; the
// receiver takes the whole stack at once, turns it round, and reads from what is then its
// own until that is used up:
//
//     shared   ─▶ e ─▶ d ─▶ c          push f:  f ─▶ e ─▶ d ─▶ c
//     own      ─▶ a ─▶ b               take:    a, b, then the shared ones turned: c, d, e …
//
// A push costs one read-modify-write, and so does a taking for all that was shared (Treiber's
// stack; since nobody takes out a single letter, it has no ABA problem). Letters come out in
// the order of the compare-and-swaps. They are not owned: whoever takes one has it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ari::sync {

class Inbox {
 public:
  // The part of a letter that the inbox uses, from push() to take().
  struct Letter {
    Letter* next;
  };

  enum class Pushed : std::uint8_t {
    kFirst,    // nothing was shared before: the receiver may be asleep
    kMore,     // whoever pushed the first sees to the receiver
    kRefused,  // the inbox is closed, and the letter still the caller's
  };

  Inbox() noexcept = default;
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // Any thread.
  Pushed push(Letter& letter) noexcept;
  bool is_closed() const noexcept { return shared_.load(std::memory_order_acquire) == &kClosed; }

  // The rest is for the receiver, one thread at a time.

  // The next letter, or null if there is none now.
  Letter* take() noexcept;

  // Refuses letters from now on; those that are in are still to be taken.
  void close() noexcept;

  bool is_empty() const noexcept;
  // Counts the letters, one by one.
  std::size_t count() const noexcept;

 private:
  // Stands at the head of the shared stack once the inbox is closed.
  static inline Letter kClosed;

  // Adds the shared letters to the receiver's own.
  void adopt(Letter* newest) noexcept;

  std::atomic<Letter*> shared_{nullptr};  // the newest
  // On a cache line of its own, away from the senders'.
  alignas(64) Letter* own_ = nullptr;  // the oldest
};

}  // namespace ari::sync
