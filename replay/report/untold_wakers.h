// UntoldWakers: keeps apart, in text, the waker events of which it is not known whose they are.
//
// A log without span ids does not tell whose waker each of these events is about. Written as text
// the number in it would look like the id of a task that nothing else tells of. So it gets one
// field more, and is an event of the program's own to whoever reads it:
//
//   tokio::task::waker: op="waker.clone", task.id=274877906946, task="not told"
#pragma once

#include <array>

#include "replay/input/reader.h"
#include "subscriber/record.h"

namespace ari::replay {

class UntoldWakers : public RecordSink {
 public:
  // Hands all records on to `sink`, which outlives this.
  explicit UntoldWakers(RecordSink& sink) : sink_(sink) {}

  void record(const subscriber::Record& record, const Line& line) override;

 private:
  RecordSink& sink_;
  std::array<subscriber::Field, 3> fields_;
};

}  // namespace ari::replay
