// The end of a line of fmt's texts: what happened to a span, or an event's fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "replay/input/fmt_records.h"

namespace ari::replay {

// The word about a span that `text` ends with: `new`, `enter`, `exit`, or
// `close time.busy=39.7µs time.idle=183µs`; kEvent if there is none. `begin`: where it
// begins, if there is one.
FmtWord fmt_word_at_end(std::string_view text, std::size_t& begin);

// What `close` and its times at the front of `text` tell; nothing if there is something else.
std::optional<FmtCloseTimes> fmt_close_times(std::string_view text, const ListStyle& style);
// "39.7µs" in nanoseconds; nothing if `text` is no duration.
std::optional<std::int64_t> fmt_duration_ns(std::string_view text);

// The word that `text` begins with, in the given style of lists, and its length; kEvent if
// there is none, or if something else than fields follows it.
FmtWord fmt_word_at_front(std::string_view text, const ListStyle& style, std::size_t& length);

}  // namespace ari::replay
