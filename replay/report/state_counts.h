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

// "5 tasks  ▶ 0 running  ▷ 0 scheduled  ‖ 1 idle  ■ 4 completed  corrected times", in as
// many lines as it takes.
void append_state_counts(const Model& model, const TextStyle& style, std::string& out);

}  // namespace ari::replay
