// ChromeWriter: a trace as the JSON that chrome://tracing, Perfetto and Speedscope read.
//
// The format has processes with threads in them and nothing else, so each group of tracks
// is a process and each track one of its threads. Times are microseconds since the trace's
// first event, with three digits behind the point: no nanosecond is lost. Source: the Trace
// Event Format document of the Chromium project.
#pragma once

#include <optional>
#include <vector>

#include "replay/timeline/trace_writer.h"

namespace ari::replay {

// Not thread-safe. One event a line.
class ChromeWriter final : public TraceWriter {
 public:
  ChromeWriter();

  void begin_process(std::string_view program) override;
  void add_track(TrackId track, TrackGroup group, trace::SpanId span,
                 std::string_view name) override;
  void begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
             std::span<const subscriber::Field> fields, ArrowId ends_here) override;
  void end(TrackId track, std::int64_t at_unix_ns) override;
  void instant(TrackId track, std::int64_t at_unix_ns, std::string_view name,
               std::span<const subscriber::Field> fields, ArrowId begins_here) override;
  void finish() override;

 private:
  // {"ph":…,"pid":…,"tid":… on a line of its own; the caller adds the rest and the brace.
  void begin_object(char phase, std::uint64_t process, TrackId track);
  void begin_event(char phase, TrackId track, std::int64_t at_unix_ns);
  void append_arrow(char phase, TrackId track, std::int64_t at_unix_ns, ArrowId arrow);
  void append_name(std::string_view name);
  void append_arguments(std::span<const subscriber::Field> fields);
  void name_process(std::uint64_t process, std::string_view name);

  bool is_first_ = true;
  std::uint64_t recordings_ = 0;
  std::optional<std::int64_t> start_unix_ns_;
  std::vector<std::uint64_t> process_of_;  // by track
};

}  // namespace ari::replay
