// Joined: the tasks whose end a future waits for, as far as there is room.
//
//   co_await handle             1 task
//   co_await set.join_next()    any of the set's tasks
//   co_await local              all tasks of a LocalSet
//   co_await select(a, b)       any of what its parts wait for: merge()
//
// For the record of waits (task_span.h) and for dumps (runtime/dump).
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "runtime/trace/subscriber.h"

namespace ari::task {

class Joined {
 public:
  static constexpr std::size_t kMost = 8;  // that are told by their ids
  enum class Needs : bool { kAny, kAll };  // what ends the wait: the end of one of them, or of all

  // None.
  Joined() noexcept = default;
  explicit Joined(Needs needs) noexcept : needs_(needs) {}
  // This one.
  Joined(trace::SpanId task, bool is_aborted) noexcept { add(task, is_aborted); }

  // One more; it is listed while there is room. Aborted: whatever it waits for, it will end.
  void add(trace::SpanId task, bool is_aborted = false) noexcept {
    if (listed_ < kMost) tasks_[listed_++] = task;
    ++count_;
    has_aborted_ = has_aborted_ || is_aborted;
  }
  // How many there are in all. Requires: no fewer than were added.
  void set_count(std::size_t count) noexcept { count_ = count; }

  // It waits for what the other does at the same time; either may end the wait.
  void merge(const Joined& other) noexcept {
    if (other.is_empty()) return;
    needs_ = is_empty() ? other.needs_ : Needs::kAny;
    const std::size_t all = count_ + other.count_;
    for (const trace::SpanId task : other.listed()) add(task);
    count_ = all;
    has_aborted_ = has_aborted_ || other.has_aborted_;
  }

  bool is_empty() const noexcept { return count_ == 0; }
  std::size_t count() const noexcept { return count_; }
  // Some of them, kMost at most.
  std::span<const trace::SpanId> listed() const noexcept { return {tasks_.data(), listed_}; }
  // Whether all have to end; so it has if there is but one.
  bool needs_all() const noexcept { return needs_ == Needs::kAll || count_ == 1; }
  // Whether one that was added had been aborted.
  bool has_aborted() const noexcept { return has_aborted_; }

 private:
  std::size_t count_ = 0;
  std::size_t listed_ = 0;
  Needs needs_ = Needs::kAny;
  bool has_aborted_ = false;
  std::array<trace::SpanId, kMost> tasks_{};
};

}  // namespace ari::task
