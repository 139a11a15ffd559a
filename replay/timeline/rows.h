// Rows: what each task and each thread did when, kept for drawing.
//
// Takes what Tracks tells of a log and keeps the outermost slices of every row; resources
// and instants are left out. Memory grows with the number of polls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "replay/timeline/trace_writer.h"

namespace ari::replay {

enum class Activity : std::uint8_t {
  kIdle,       // waiting to be woken
  kScheduled,  // woken or new, waiting to be polled
  kPoll,       // in a poll; of a thread: in a task or in a span of the program's own
  kDestroy,    // its frames are being destroyed
};

// "idle", "scheduled", "poll", "destroy": also the names of the slices.
std::string_view word(Activity activity) noexcept;

struct RowSlice {
  Activity activity{};
  std::int64_t begin_unix_ns = 0, end_unix_ns = 0;
};

struct Row {
  TrackGroup group{};
  trace::SpanId span = trace::kNoSpan;  // of a task
  std::string label;                    // safe to print
  std::vector<RowSlice> slices;         // in order of time, none overlapping
  std::int64_t busy_ns = 0;             // in kPoll and kDestroy
};

// Not thread-safe.
class Rows final : public TraceWriter {
 public:
  // In order of appearance.
  const std::vector<Row>& rows() const noexcept { return rows_; }

  // Rows of another run than the first are labelled with its program and number.
  void begin_process(std::string_view program) override;
  void add_track(TrackId track, TrackGroup group, trace::SpanId span,
                 std::string_view name) override;
  void begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
             std::span<const subscriber::Field> fields, ArrowId ends_here) override;
  void end(TrackId track, std::int64_t at_unix_ns) override;
  void instant(TrackId, std::int64_t, std::string_view, std::span<const subscriber::Field>,
               ArrowId) override {}
  void finish() override {}

 private:
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);
  struct Track {
    std::size_t row = kNoRow;
    std::uint32_t depth = 0;  // slices that are open
  };

  std::size_t runs_ = 0;
  std::string prefix_;  // of the labels of this run
  std::vector<Row> rows_;
  std::vector<Track> tracks_;  // by TrackId
};

}  // namespace ari::replay
