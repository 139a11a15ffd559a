// Tracks: a log's records turned into the rows of a trace viewer.
//
//   task      ├ scheduled ┤├ poll ┤├ idle ─────────┤├ scheduled ┤├ poll ┤├ destroy ┤
//                               ▲ parked at src/main.rs:6:37   ╱
//                      a wake by another task ────────────────╯ an arrow
//   thread    ├ sleep once [7] ──────┤      ├ healthy [8] ┤
//                 ├ Sleep::new_timeout ┤
//   resource  ├ Sleep::new_timeout, from its making to its end ────────────────────┤
//
// Works in a stream, in corrected semantics: the slices of a task add up to its figures
// (task_slices.h). A row never goes back; each has its own time, so that one stamp that is far
// ahead keeps no other row from going on. What a format cannot tell is left out: without threads
// there are no rows of threads, without resources none of those. Clones and drops of wakers are
// left out too; `show` and `task` have them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/destroy_pairs.h"
#include "replay/model/id_set.h"
#include "replay/model/recording_clock.h"
#include "replay/model/span_class.h"
#include "replay/timeline/task_slices.h"
#include "replay/timeline/trace_writer.h"

namespace ari::replay {

// Whether the destruction of tasks may be told from a poll by what the log's first tasks have shown
// of it (DestroyPairs), where the log does not say it.
enum class Foresight : std::uint8_t {
  kNone,  // all tasks are asked; those that have closed are kept until the log's end
  kUsed,  // they are kept until the first have shown it; a log that shows otherwise later is
          // misread
};

// Not thread-safe. Memory grows with the spans that are open, by a bit for each task, and by the
// tasks that Foresight says.
class Tracks final : public RecordSink {
 public:
  // `miss_exits`: as FoldOptions::miss_exits, what found_missing() gave of the same log.
  Tracks(TraceWriter& writer, Foresight foresight,
         std::unordered_set<std::uint32_t> miss_exits = {})
      : writer_(writer), foresight_(foresight), miss_exits_(std::move(miss_exits)) {}

  void record(const subscriber::Record& record, const Line& line) override;

  // Ends what is open at the log's last instant, and the trace. Call once, at the end.
  void finish();

  // Tasks that were entered more often than left, by number: their polls are drawn too long. Those
  // given to the constructor are not among them.
  const std::unordered_set<std::uint32_t>& found_missing() const noexcept { return found_missing_; }

 private:
  using Record = subscriber::Record;

  struct Span {
    SpanClass kind = SpanClass::kUnknown;
    trace::SpanId parent = trace::kNoSpan;
    std::string label;
    std::uint32_t entered = 0;         // enters without an exit
    bool entered_within = false;       // entered while it was
    std::uint32_t number = 0;          // kTask, in order of appearance
    std::int64_t since_unix_ns = 0;    // kAsyncOp: its beginning; kUnknown: the last first enter
    TrackId track = 0;                 // kAsyncOp; 0: its beginning is not in the log
    std::unique_ptr<TaskSlices> task;  // kTask
    LineNumber last_line = 0;          // of it
  };

  // What a thread has entered, outermost first: its slices lie inside each other.
  struct Thread {
    TrackId track = 0;
    std::int64_t now_unix_ns = 0;  // never goes back
    std::vector<trace::SpanId> slices;
  };

  void begin_recording(const Record& record);
  void open(const Record& record);
  void open_op(const Record& record, Span& span);
  void enter(const Record& record);
  void exit(const Record& record);
  void close(const Record& record);
  void waker(const Record& record);
  void lost(const Record& record);
  void gap(const Record& record);
  void event(const Record& record);

  void become_task(trace::SpanId id, Span& span, const Record* identity);
  void entered_within(trace::SpanId id, Span& span);
  void count_exits(const Span& span);
  void end_op(const Span& span);
  void end_task(std::unique_ptr<TaskSlices> task);
  bool has_closed(trace::SpanId id);
  void finish_undecided(DestroyPairs::Verdict verdict);
  void begin_on_thread(const Record& record, const Span& span);
  void end_on_thread(const Record& record);
  // Ends the innermost slice of this span, and those inside, at the thread's time.
  void end_slices(Thread& thread, trace::SpanId span);
  Thread& thread_of(const Record& record);
  // The task around this span; null if there is none.
  const Span* task_around(trace::SpanId id) const;
  // The task that the record's thread polls, or that is around its span.
  const Span* acting_task(const Record& record) const;
  void end_all();

  TraceWriter& writer_;
  Foresight foresight_;
  bool has_process_ = false;
  std::int64_t at_unix_ns_ = 0;  // of the record
  LineNumber line_ = 0;          // likewise
  RecordingClock clock_;
  bool events_lost_ = false;  // of the recording
  std::unordered_set<std::uint32_t> miss_exits_, found_missing_;
  std::uint32_t tasks_ = 0;
  TrackId tracks_ = 0;
  ArrowId arrows_ = 0;
  DestroyPairs destroy_pairs_;
  std::optional<DestroyPairs::Verdict> foreseen_;
  IdSet closed_tasks_;
  std::vector<std::unique_ptr<TaskSlices>> undecided_;  // closed, their last pair not drawn yet
  std::unordered_map<trace::SpanId, Span> spans_;
  std::unordered_map<std::uint32_t, Thread> threads_;
};

}  // namespace ari::replay
