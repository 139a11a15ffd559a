// How sure it is who holds which lock, and that a deadlock is one: the same in lints and views.
#pragma once

#include <cstdint>

#include "replay/lint/finding.h"
#include "replay/model/model.h"

namespace ari::replay {

// Whether it may be another lock than the log seems to say, or another task's: where it tells no
// span ids, locks and their uses are told apart by what happens, or not at all if it does not tell
// when they begin. A guess between some locks says nothing of the others.
// `until_unix_ns`: what happened later does not matter.
bool is_lock_guessed(const Coverage& coverage, SpanId lock, std::int64_t until_unix_ns) noexcept;

// Whether that is so of any lock in the circle.
bool is_circle_guessed(const Model& model, const Deadlock& deadlock);

// Whether the task that let go of the deadlock did so only because it was destroyed:
// behind its last poll. One that returns has got on, if only by a timeout in that poll.
// Requires: it came undone.
bool ended_with_its_task(const Model& model, const Deadlock& deadlock);

// Whether each of its tasks for certain held what the one before it waited for.
bool is_circle_certain(const Model& model, const Deadlock& deadlock);

// Refuted: one of its tasks got on. Provisional: something else could wake one of them, or the
// circle is not certain.
Status deadlock_status(const Model& model, const Deadlock& deadlock);

// Whether it is open and nothing that the log told since speaks against it: by the end each hold
// is still there. Requires: the log was folded with FoldOptions::resources.
bool is_standing(const Model& model, const Deadlock& deadlock);

}  // namespace ari::replay
