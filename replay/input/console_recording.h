// Recordings of console-subscriber: what TOKIO_CONSOLE_RECORD_PATH writes.
//
//   {"v":1}
//   {"Spawn":{"id":5,"at":{"secs_since_epoch":1795437241,"nanos_since_epoch":927057537},"fields":[…]}}
//   {"Enter":{"id":5,"at":{…}}}
//   {"Waker":{"id":5,"op":{"Wake":{"self_wake":false}},"at":{…}}}
//
// Only tasks have a line that defines them. Resources, async ops and spans of the
// program's own show up as bare ids; their beginning is made up when they are first
// seen, with an empty name. There are no threads, parents, locations or targets.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "replay/input/console_entry.h"
#include "replay/input/line_text.h"
#include "replay/input/reader.h"

namespace ari::replay {

class ConsoleRecordingReader : public Reader {
 public:
  LineUse read(const Line& line, RecordSink& sink, Coverage& coverage) override;

  // Whether a line looks like one of this format's.
  static bool recognises(std::string_view line) noexcept;
  static constexpr Facts kFacts{.nanoseconds = true};

 private:
  void begin_recording(const ConsoleEntry& entry, const Line& line, Coverage& coverage);
  void deliver(const ConsoleEntry& entry, const Line& line, RecordSink& sink, Coverage& coverage);

  LineText room_;
  std::unordered_set<subscriber::SpanId> open_;  // spans that are known and not closed
  std::uint64_t headers_ = 0;
  std::uint64_t header_line_ = 0;  // of a header that waits for an instant; 0: none does
};

}  // namespace ari::replay
