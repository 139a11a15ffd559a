// How many tasks are in which state, as text.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

inline constexpr std::array kAllStates = {State::kRunning, State::kScheduled, State::kIdle,
                                          State::kCompleted};

// Indexed by the enumerators of State.
using StateCounts = std::array<std::uint64_t, kAllStates.size()>;
StateCounts count_states(const Model& model);

// What to look into where the whole log holds no task, which no program that is recorded well does;
// empty if it holds one, or if the figures are of an instant before its first.
std::string no_tasks_text(const Model& model);

// The same where there are tasks, but the log tells of no poll of any: of such a log no lint can
// say what went wrong.
std::string no_polls_text(const Model& model);

// no_tasks_text() as a warning, if there is anything to say.
void append_no_tasks(const Model& model, const TextStyle& style, std::string& out);

// And below it append_no_tasks():
// "5 tasks  ▶ 0 running  ▷ 0 scheduled  ‖ 1 idle  ■ 4 completed  corrected times", in as
// many lines as it takes. Where polls are not told, neither are these states, but for completed.
void append_state_counts(const Model& model, const TextStyle& style, std::string& out);

}  // namespace ari::replay
