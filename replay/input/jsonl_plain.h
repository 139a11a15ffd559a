// PlainJsonl: ari JSONL lines matched as our own writer writes them.
//
// Nearly every line that replay ever reads has its keys in FORMAT.md's order, no blanks
// and no escapes. Such a line is compared with what it must be, piece by piece, and only
// its numbers and strings are looked at. What departs from that in any way is not
// matched, and not judged either: jsonl_entry.h reads it the general way. So whatever is
// matched here reads the same there, and the tests hold the two against each other.
#pragma once

#include <string_view>
#include <vector>

#include "replay/input/jsonl_locations.h"
#include "replay/input/timestamp.h"
#include "subscriber/record.h"

namespace ari::replay {

class PlainJsonl {
 public:
  // Requires: `locations` outlives this.
  explicit PlainJsonl(const JsonlLocations& locations);

  // The record that the line at the front of `text` tells, of kinds kNew to kWaker; null if the
  // line is not plain. `end` is then behind its last brace. Valid until the next call, and its
  // text as long as the line's.
  const subscriber::Record* match(std::string_view text, const char*& end) noexcept;

  // Until this is called, no line is plain that tells what only logs do that tell all destroys
  // and outcomes, and an enter may be either poll or destruction.
  void tell_destroys() noexcept;

 private:
  class Walk;  // stands at a place in the line

  const subscriber::Record* match_kind(Walk& walk, std::int64_t at) noexcept;
  const subscriber::Record* match_waker(Walk& walk, std::int64_t at) noexcept;
  const subscriber::Record* match_enter(Walk& walk, std::int64_t at) noexcept;
  const subscriber::Record* match_exit(Walk& walk, std::int64_t at) noexcept;
  const subscriber::Record* match_close(Walk& walk, std::int64_t at) noexcept;
  const subscriber::Record* match_new(Walk& walk, std::int64_t at) noexcept;
  const subscriber::Record* match_event(Walk& walk, std::int64_t at) noexcept;
  bool match_described(Walk& walk, subscriber::Record& record) noexcept;
  bool match_fields(Walk& walk) noexcept;
  bool match_display(Walk& walk) noexcept;

  const JsonlLocations& locations_;
  bool tells_destroys_ = false;
  TimestampReader timestamps_;
  // One record for each kind: each line overwrites what lines of its kind can say, and
  // what they cannot stays at its default.
  subscriber::Record enter_, exit_, close_, waker_, new_, event_;
  std::vector<subscriber::Field> fields_;
};

}  // namespace ari::replay
