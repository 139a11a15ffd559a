// RecordingClock: the latest instant of a recording, also where its clock was set back.
//
//   logged   10 s   11 s   12 s │ 2 s   3 s      set back by 10 s in the fourth line
//   latest   10 s   11 s   12 s │ 2 s   3 s
//
// What is open at the end is measured up to the latest instant. For what was heard of last before
// the clock was set back that is 13 s: the end after its line. How long it took to set the clock
// back nobody knows; it counts as no time.
//
// A line may lie back for another reason, as one whose thread was put aside before it could write
// it. Those behind it catch up; if it is the log's last, the end after the lines before it is still
// the latest instant of theirs. Not thread-safe; constant time and space.
#pragma once

#include <cstdint>
#include <vector>

#include "replay/model/link.h"

namespace ari::replay {

// The clock of a log was set back.
struct SetBack {
  LineNumber line = 0;  // the first that shows it
  std::int64_t by_ns = 0;
  std::int64_t from_unix_ns = 0;  // the latest instant by then
};

// The latest instant of a recording that is over.
struct ClockEnd {
  std::int64_t at_unix_ns = 0;
  std::vector<SetBack> set_backs;  // in order of line, but for those that it has caught up with

  // The same by the clock as it was up to this line.
  std::int64_t after(LineNumber line) const noexcept;
};

class RecordingClock {
 public:
  // In the log's order.
  void happened(std::int64_t at_unix_ns, LineNumber line) {
    if (at_unix_ns >= latest_unix_ns_) {
      latest_unix_ns_ = at_unix_ns;
    } else {
      lies_back(at_unix_ns, line);
    }
  }
  // It went on up to this instant at least.
  void goes_on_until(std::int64_t at_unix_ns);
  // It turns out to have ended at this instant already; when its clock was set back is not known.
  void ended(std::int64_t at_unix_ns);
  // Another recording begins.
  void clear() { *this = {}; }

  // 0: nothing happened.
  std::int64_t latest_unix_ns() const noexcept { return began_ ? latest_unix_ns_ : 0; }
  // The earliest, before the clock was set back.
  std::int64_t first_unix_ns() const noexcept { return first_unix_ns_; }
  ClockEnd end();

 private:
  void lies_back(std::int64_t logged_unix_ns, LineNumber line);
  void forget_caught_up();

  std::int64_t latest_unix_ns_ = INT64_MAX;  // the first instant is seen by lies_back()
  std::int64_t first_unix_ns_ = INT64_MAX;
  bool began_ = false;
  std::vector<SetBack> set_backs_;
};

}  // namespace ari::replay
