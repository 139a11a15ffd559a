// What an input that is no log may be instead: said where it is refused, so that its user
// need not guess.
//
//   web-1  | 2026-11-23T12:34:17.946566Z TRACE …     a log behind what a tool put in front
//   {"log":"2026-11-23T12:34:17Z TRACE …\n"}         a log inside of JSON
//   Mon, 23 Nov 2026 12:34:17 +0000 TRACE …          times in a form that is not read
#pragma once

#include <string>
#include <string_view>

namespace ari::replay {

// The name of the format that a line is of; empty: of none.
using FormatOfLine = std::string_view (*)(std::string_view line);

// What the beginning of an input in which no line is of a known format looks like, in words
// without control characters; empty if that cannot be told. Looks at a few dozen lines.
std::string log_hint(std::string_view beginning, FormatOfLine format_of);

}  // namespace ari::replay
