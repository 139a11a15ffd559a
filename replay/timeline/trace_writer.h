// TraceWriter: what a trace viewer shows, before it is written in that viewer's format.
//
// A trace is a set of tracks, each a row on the screen, in three groups: the threads of the
// program, its tasks, its resources. A track holds slices, which have a beginning and an
// end and lie inside each other, and instants. An arrow leads from an instant to the
// slice that it caused. Tracks (tracks.h) makes these calls out of a log's records; there
// is one implementation per format, in one file each.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "subscriber/record.h"

namespace ari::replay {

using TrackId = std::uint64_t;  // from 1, each used for one track only
using ArrowId = std::uint64_t;  // from 1; 0: no arrow

enum class TrackGroup : std::uint8_t { kThreads, kTasks, kResources };

class TraceWriter {
 public:
  virtual ~TraceWriter() = default;

  // Another recording begins: the tracks that follow are of this program. Called before any
  // other function.
  virtual void begin_process(std::string_view program) = 0;

  // `span`: whose row it is; of a thread none.
  virtual void add_track(TrackId track, TrackGroup group, trace::SpanId span,
                         std::string_view name) = 0;

  // Requires, of these three: the track was added; begin() and end() of one track never go back in
  // time; every end() has its begin(). An instant may lie anywhere: viewers sort.
  virtual void begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                     std::span<const subscriber::Field> fields, ArrowId ends_here) = 0;
  virtual void end(TrackId track, std::int64_t at_unix_ns) = 0;
  virtual void instant(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                       std::span<const subscriber::Field> fields, ArrowId begins_here) = 0;

  // The trace is complete.
  virtual void finish() = 0;

  // What has been written so far and not been taken away yet; the caller may empty it.
  std::string& out() noexcept { return out_; }

 protected:
  std::string out_;
};

}  // namespace ari::replay
