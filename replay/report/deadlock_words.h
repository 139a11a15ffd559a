// How sure a deadlock is, in words; the same in every view.
#pragma once

#include <string>
#include <string_view>

#include "replay/model/model.h"

namespace ari::replay {

// Whether the log shows for certain that it is one and that nothing can undo it.
bool is_definite(const Model& model, const Deadlock& deadlock);

// What each of its tasks waits for: "the next one's lock", "the next one's lock or end".
std::string_view awaited_words(const Deadlock& deadlock);

// Why it is not definite: "by a guess: the log has no span ids". Empty if it is. Safe to print.
std::string doubt_text(const Model& model, const Deadlock& deadlock);

}  // namespace ari::replay
