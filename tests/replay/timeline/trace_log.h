// A TraceWriter that writes down what it is told, for tests of what is told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "replay/timeline/trace_writer.h"

namespace ari::replay::timeline_test {

class TraceLog final : public TraceWriter {
 public:
  // One line a call: "process NAME", "track 1 tasks NAME", "begin 1 @5 NAME {f=1} <-3",
  // "end 1 @5", "instant 1 @5 NAME {} ->3", "finish".
  std::vector<std::string> calls;
  // Those of one track.
  std::vector<std::string> calls_of(TrackId track) const;
  // What must never happen, where it did: an end without a beginning, slices that go back in time,
  // an arrow that ends and never began, a slice that is open in the end.
  std::vector<std::string> faults;
  // The length of all slices called `name` on tracks of tasks, by the track's name.
  std::map<std::string, std::int64_t> total_ns(const std::string& name) const;

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
  struct Slice {
    std::string name;
    std::int64_t begin_unix_ns;
  };
  struct Track {
    TrackGroup group;
    std::string name;
    std::int64_t last_unix_ns = 0;
    std::vector<Slice> open;
    std::map<std::string, std::int64_t> total_ns;
  };
  Track& at(TrackId track, std::int64_t at_unix_ns);

  std::map<TrackId, Track> tracks_;
  std::map<ArrowId, bool> arrows_;  // whether it has ended
};

}  // namespace ari::replay::timeline_test
