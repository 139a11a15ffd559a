// Tracks: a log's records turned into the rows of a trace viewer.
//
//   task      ├ scheduled ┤├ poll ┤├ idle ─────────┤├ scheduled ┤├ poll ┤├ destroy ┤
//                               ▲ parked at src/main.rs:6:37   ╱
//                      a wake by another task ────────────────╯ an arrow
//   thread    ├ sleep once [7] ──────┤      ├ healthy [8] ┤
//                 ├ Sleep::new_timeout ┤
//   resource  ├ Sleep::new_timeout, from its making to its end ────────────────────┤
//
// Works in a stream, in corrected semantics: what a task waits for runs from the first
// unanswered wake, its first wait from its spawn. What a format cannot tell is left out:
// without threads there are no rows of threads, without resources none of those; and where
// destructions are not told from polls, a task's destruction looks like a last poll. Clones
// and drops of wakers are left out too; `show` and `task` have them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "replay/input/reader.h"
#include "replay/timeline/trace_writer.h"

namespace ari::replay {

// Not thread-safe. Memory grows with the spans that are open.
class Tracks final : public RecordSink {
 public:
  explicit Tracks(TraceWriter& writer) : writer_(writer) {}

  void record(const subscriber::Record& record, const Line& line) override;

  // Ends what is open at the log's last instant, and the trace. Call once, at the end.
  void finish();

 private:
  using Record = subscriber::Record;

  enum class Kind : std::uint8_t { kTask, kResource, kOp, kOther };

  struct Span {
    Kind kind = Kind::kOther;
    trace::SpanId parent = trace::kNoSpan;
    std::string label;
    TrackId track = 0;          // kTask, kOp; 0: none
    bool in_slice = false;      // kTask, kOp: a slice of its own is open on the track
    std::uint32_t entered = 0;  // enters without an exit
    bool woken = false;         // kTask: since the last poll began
    ArrowId wake = 0;           // kTask: of the first unanswered wake
  };

  // What a thread has entered, outermost first: its slices lie inside each other.
  struct Thread {
    TrackId track = 0;
    std::vector<trace::SpanId> slices;
  };

  void begin_recording(const Record& record);
  void open(const Record& record);
  void enter(const Record& record);
  void exit(const Record& record);
  void close(const Record& record);
  void wake(const Record& record);
  void event(const Record& record);

  void begin_slice(Span& span, std::string_view name, std::span<const subscriber::Field> fields,
                   ArrowId ends_here = 0);
  void end_slice(Span& span);
  void begin_on_thread(const Record& record, const Span& span);
  void end_on_thread(const Record& record);
  Thread& thread_of(const Record& record);
  // The task around this span; null if there is none.
  Span* task_around(trace::SpanId id);
  // The task that the record's thread polls, or that is around its span.
  Span* acting_task(const Record& record);
  void end_all();

  TraceWriter& writer_;
  bool has_process_ = false;
  std::int64_t now_unix_ns_ = 0;  // never goes back, as tracks may not
  TrackId tracks_ = 0;
  ArrowId arrows_ = 0;
  std::unordered_map<trace::SpanId, Span> spans_;
  std::unordered_map<std::uint32_t, Thread> threads_;
};

}  // namespace ari::replay
