// The wakers of one task: `ari-replay wakers`.
#pragma once

#include <cstddef>
#include <string>

#include "replay/model/model.h"
#include "replay/model/waker_ledger.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Both require that model.tasks[index] was watched, and resources asked for, when the log
// was folded.

// Totals, what each waker came to, which was the last one when the task could not be woken
// any more, and each use in order; `all`: of a long list the middle too.
void wakers_text(const Model& model, std::size_t index, bool all, const TextStyle& style,
                 std::string& out);

// {…,"task":SPAN,"totals":{…},"wakers":[…],"lost":[…],"events":[…]}
void wakers_json(const Model& model, std::size_t index, std::string& out);

// What a match of a use with a clone rests on: "only", "op", "resource", "order", "poll",
// "none"; "clone" of a clone.
std::string_view word(WakerBasis basis) noexcept;

}  // namespace ari::replay
