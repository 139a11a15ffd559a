// Who holds a lock, in words and in JSON; the same in every view.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// One hold: "left [7] (2 permits) (perhaps)", "not told ([7] took it and is over)". Safe to print.
std::string holder_text(const Model& model, const Hold& hold);

// All of them, or "nobody", or "not told" where the log lacks the lock's beginning. Safe to print.
std::string holders_text(const Model& model, const Resource& lock);

// `"holders":[…]`, or null where the log cannot tell: of what is no lock (or nothing at all), and
// of one whose beginning it lacks. With a limit the oldest so many, and `"holders_left_out":N`.
void member_holders(JsonWriter& json, const Resource* resource,
                    std::optional<std::size_t> limit = {});

}  // namespace ari::replay
