// Events of a text log that tell more than that something was said.
//
// A text log has one kind of line for all that is no span's beginning or end. By its
// target and fields such a line may be a waker's use, the recorder's own count of what it
// lost, or how a task ended.
#pragma once

#include <optional>

#include "subscriber/record.h"

namespace ari::replay {

// Where `record` is an event that is exactly what the text writer prints for a waker
// (`runtime::waker: op="waker.wake", task.id=5`) or for loss (`ari::recorder: thread=3,
// lost=120`), makes it that. Requires: kind kEvent.
void make_special(subscriber::Record& record);

struct ToldOutcome {
  subscriber::SpanId task = trace::kNoSpan;
  subscriber::Outcome outcome{};
};

// How a task ended, if the event tells: the runtime says so in an event of the task,
// because the line that closes its span has no room for it.
std::optional<ToldOutcome> told_outcome(const subscriber::Record& record);

}  // namespace ari::replay
