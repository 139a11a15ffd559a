// What the log tells of a task where it does not tell of polls, or begins after it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/model/model.h"

namespace ari::replay {

inline constexpr std::string_view kStateUntold = "in a state that is not told";

// Without polls a task that is not over may be in any state.
inline bool is_told(State state, const Coverage& coverage) noexcept {
  return coverage.facts.polls || state == State::kCompleted;
}
inline bool is_state_told(const Task& task, const Coverage& coverage) noexcept {
  return is_told(task.state, coverage);
}

// Whether its polls are told, and how long it was scheduled.
inline bool are_polls_told(const Task& task, const Coverage& coverage) noexcept {
  return coverage.facts.polls || task.polls > 0;
}

// Whether it is told how long it was busy and how long not: one by one, or in sum as it closed.
inline bool is_busy_told(const Task& task, const Coverage& coverage) noexcept {
  return are_polls_told(task, coverage) || task.told_times;
}

// How many wakers are left, if the log has all that were cloned.
inline std::optional<std::uint64_t> told_waker_count(const Task& task) noexcept {
  return task.clones_missing ? std::nullopt : std::optional(task.waker_count());
}

}  // namespace ari::replay
