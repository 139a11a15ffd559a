// Which lines of a log are no part of it for certain, so that they are no loss either.
//
// A program's println!, its panics and the tools that start it write between the lines of its log,
// and so does the log itself where a message holds a line end. What may be a piece of a line that
// the figures rest on is never taken for such a line: it stays a loss.
#pragma once

#include <string_view>

#include "replay/input/coverage.h"
#include "replay/input/fault.h"
#include "replay/input/reader.h"

namespace ari::replay {

// Of a line of text in which no instant stands in front. `plain`: it without its colours.
// `fields_at_end`: a line's last fields may be a span's, so that the rest of one may hold some.
bool is_other_text(const Line& line, std::string_view plain, bool fields_at_end = false);

// Of a line in a log of JSON that is no object. An object is one if it is whole and has none of the
// log's keys, which the reader knows.
bool is_other_than_json(const Line& line);

// What a line of such a log comes to that could not be read: kOther, or kSkipped, which is noted.
LineUse leave_json(const Line& line, const Fault& fault, Coverage& coverage);

}  // namespace ari::replay
