// Idle: which workers sleep, and who is to be woken when there is work.
//
// A worker without tasks searches: it tries to steal. Then it sleeps. New work wakes one
// sleeper, but only if nobody searches, because a searcher will find it:
//
//   running ──▶ searching ──▶ parked          at most half of the workers search at a time;
//      ▲            │            │            the others go to sleep without
//      └─ found ────┴── woken ───┘
//
// No work is forgotten, because two sequences of steps cannot both look the other way:
//
//   who brings work    1 puts the task into a queue    fence    2 reads {searching, awake}
//   the last searcher  1 leaves {searching, awake}     fence    2 looks through all queues
//
// The fences are sequentially consistent, so one is before the other, and who comes second
// sees what the first did. If that is the bringer, it sees that nobody searches and wakes a
// sleeper (or that another searches by now, who has a last look of his own to come). If it
// is the searcher, it sees the task. A searcher that finds work and was the last wakes
// another to search in its place, for what it did not take. A worker goes to sleep without a
// search only if it reads that others are searching; and the worker that was the last to
// search cannot read that, since it sees its own step, so it searches and has its last look.
//
// The bringer only reads: a worker that queues a task every few nanoseconds must not write
// to what the others do, too.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace ari::scheduler {

class Idle {
 public:
  explicit Idle(std::size_t workers);

  // There is work: the worker to unpark, who counts as searching from now on. None if one
  // is searching already, or all are awake. Any thread, after the work was queued.
  std::optional<std::size_t> worker_to_wake() noexcept;

  // The rest is for the worker itself. May it search? No if half of them do.
  bool start_searching() noexcept;

  // It found work. True: it was the last to search, and has to wake another.
  bool stop_searching() noexcept;

  // It is about to sleep. True: it was the last to search, and has to look again whether
  // there is work for another.
  bool park(std::size_t worker, bool searching) noexcept;

  // It woke by itself and has work. True: it was parked still. False: it has been chosen by
  // worker_to_wake() and counts as searching.
  bool unpark(std::size_t worker) noexcept;

  bool is_parked(std::size_t worker) const noexcept;

 private:
  // searching: bits 0 to 31. awake: bits 32 to 63.
  using Word = std::uint64_t;
  static constexpr Word kSearching = 1;
  static constexpr Word kAwake = Word{1} << 32;
  static Word searching(Word word) noexcept { return word % kAwake; }
  static Word awake(Word word) noexcept { return word / kAwake; }

  bool is_one_needed() const noexcept;

  // Orders nothing but itself; the fences do.
  std::atomic<Word> word_;
  const std::size_t workers_;
  mutable std::mutex mutex_;
  std::vector<std::size_t> sleepers_;  // the one that slept last, and is warmest, behind
};

}  // namespace ari::scheduler
