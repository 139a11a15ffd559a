// Why: what is known of a delay, for both views of `ari-replay why`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "replay/model/delay.h"
#include "replay/report/delayed_poll.h"

namespace ari::replay {

struct Why {
  const Task* task = nullptr;
  DelayedPoll delayed;
  // What the parts rest on: "thread" (the log tells who did what), "one_thread" (it does not tell
  // who polled it, but one thread may have done everything), "not_polled" (no thread has polled
  // it yet), "none".
  std::string_view basis;
  ThreadTime here;                    // the thread that polled it
  std::vector<ThreadTime> elsewhere;  // the others; all of them if none has polled it
  // Of the timer that woke it: what the thread that it fired on did since it was due, and the
  // turn of the driver that it was, where the log tells.
  ThreadTime timer_late;
  std::optional<DriverTurn> turn;
};

// The time of which explain() has to know what threads did.
Period period_of(const DelayedPoll& delayed);

// Requires: `activity` has at least that period, and is finished.
Why explain(const Model& model, const ThreadActivity& activity, const Task& task,
            const DelayedPoll& delayed);

}  // namespace ari::replay
