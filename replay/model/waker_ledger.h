// WakerLedger: which waker of a task was made where, who used it, and what became of it.
//
// A log tells that a waker of a task was cloned, dropped or used, but not which of its
// wakers. So each use is matched with a clone, by the best there is to go by, and says so:
//
//   kOnly      no other waker was left: it was that one
//   kOp        the only one cloned in the span of the same async op
//   kResource  the only one cloned in the spans of the same resource
//   kOrder     several fit: the last one cloned of them, which is a guess
//   kPoll      wake_by_ref in the task's own poll: most likely the poll's own waker, which is
//              no clone; matched with none
//   kNone      no waker is left that it could be: its clone is not in the log
//
// Cost: each use looks into trees of the wakers that are left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "replay/model/task.h"

namespace ari::replay {

enum class WakerBasis : std::uint8_t { kClone, kOnly, kOp, kResource, kOrder, kPoll, kNone };

struct WakerEntry {
  std::size_t event = 0;             // index in Task::life
  std::optional<std::size_t> waker;  // index in WakerLedger::wakers
  WakerBasis basis{};
};

struct LedgerWaker {
  std::size_t cloned = 0;           // index in WakerLedger::entries
  std::optional<std::size_t> gone;  // likewise: its drop, or the wake that used it up
  std::uint64_t wakes = 0;          // by value or by reference
  // Some use that was matched with it, or with another while it was left, is inferred: it
  // may have been used otherwise.
  bool doubtful = false;
};

struct WakerLedger {
  std::vector<WakerEntry> entries;  // in order
  std::vector<LedgerWaker> wakers;  // in order of their clones
  std::uint64_t guessed = 0;        // entries that rest on order alone
};

// A time in which the task had no waker, and the use that took away the last.
struct LostWaker {
  LostWakerSpell spell;
  std::optional<std::size_t> last;  // index in WakerLedger::entries; absent: it never had one
};

// Requires: the task was watched.
WakerLedger waker_ledger(const Task& task);

// For each of the task's spells without a waker.
std::vector<LostWaker> lost_wakers(const Task& task, const WakerLedger& ledger);

}  // namespace ari::replay
