// FmtBusy: how long tasks were entered by the lines of the log, to be held against what their
// `close` lines tell. In floating point: what is compared is coarse, and a broken log may tell of
// instants that are further apart than a whole number can say.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "replay/input/fmt_lists.h"

namespace ari::replay {

class FmtBusy {
 public:
  struct Sum {
    double ns = 0;
    std::uint64_t enters = 0;
    std::int64_t since_unix_ns = 0;  // the enter that is open
    std::int64_t left_unix_ns = 0;   // the last exit
    std::uint64_t set_backs = 0;     // how often the log's clock had been set back by that enter
    bool clock_set_back = false;     // between an enter and its exit
  };

  // A span began, or takes over the slot of one that is gone.
  void began(FmtSlot slot) {
    if (slot >= sums_.size()) sums_.resize(slot + 1);
    sums_[slot] = {};
  }
  // Requires: it began; of enters within each other only the outermost are told.
  void entered(FmtSlot slot, std::int64_t at_unix_ns) {
    look_at_clock(at_unix_ns);
    ++sums_[slot].enters;
    sums_[slot].set_backs = set_backs_;
    sums_[slot].since_unix_ns = at_unix_ns;
  }
  void left(FmtSlot slot, std::int64_t at_unix_ns) {
    sums_[slot].ns +=
        static_cast<double>(at_unix_ns) - static_cast<double>(sums_[slot].since_unix_ns);
    sums_[slot].left_unix_ns = at_unix_ns;
    look_at_clock(at_unix_ns);
    if (at_unix_ns < sums_[slot].since_unix_ns || set_backs_ != sums_[slot].set_backs) {
      sums_[slot].clock_set_back = true;
    }
  }
  const Sum& of(FmtSlot slot) const { return sums_[slot]; }

 private:
  void look_at_clock(std::int64_t at_unix_ns) {
    // Lines of several threads are not quite in order of time.
    constexpr double kSlackNs = 10e6;
    if (static_cast<double>(latest_unix_ns_) - static_cast<double>(at_unix_ns) > kSlackNs) {
      ++set_backs_;
      latest_unix_ns_ = at_unix_ns;
    }
    latest_unix_ns_ = std::max(latest_unix_ns_, at_unix_ns);
  }

  std::vector<Sum> sums_;                    // by slot
  std::int64_t latest_unix_ns_ = INT64_MIN;  // since the clock was set back
  std::uint64_t set_backs_ = 0;
};

}  // namespace ari::replay
