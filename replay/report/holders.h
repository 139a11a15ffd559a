// Who holds a lock, in words and in JSON; the same in every view.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// One hold: "left [7] (2 permits) (perhaps)", "not told ([7] took it and is over)". Safe to print.
std::string holder_text(const Model& model, const Resource& lock, const Hold& hold);

// That it is guessed which lock a line is about, if it is and somebody waits for one. For the top
// of a view of holders.
void append_guessed_locks(const Model& model, const TextStyle& style, std::string& out);

// All of them, "perhaps left [7]" if that is not certain, or "nobody", or "not told" where the log
// lacks the lock's beginning or cannot tell. Safe to print.
std::string holders_text(const Model& model, const Resource& lock);

// `"holders":[…]`, or null where the log cannot tell: of what is no lock (or nothing at all), and
// of one whose beginning it lacks. With a limit the oldest so many, and `"holders_left_out":N`.
void member_holders(JsonWriter& json, const Model& model, const Resource* resource,
                    std::optional<std::size_t> limit = {});

// Whether it is that task's for certain, by all that the log tells.
bool is_certain(const Model& model, const Resource& lock, const Hold& hold);

}  // namespace ari::replay
