// PerfettoWriter: a trace in Perfetto's binary format, for ui.perfetto.dev and its tools.
//
// A file is one message `Trace`, a run of packets, each of which describes a track or holds
// one track event; so it can be written as it comes. The field numbers are those of
// protos/perfetto/trace in google/perfetto, which never change.
#pragma once

#include "replay/convert/protobuf.h"
#include "replay/timeline/trace_writer.h"

namespace ari::replay {

// Not thread-safe.
class PerfettoWriter final : public TraceWriter {
 public:
  void begin_process(std::string_view program) override;
  void add_track(TrackId track, TrackGroup group, trace::SpanId span,
                 std::string_view name) override;
  void begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
             std::span<const subscriber::Field> fields, ArrowId ends_here) override;
  void end(TrackId track, std::int64_t at_unix_ns) override;
  void instant(TrackId track, std::int64_t at_unix_ns, std::string_view name,
               std::span<const subscriber::Field> fields, ArrowId begins_here) override;
  void finish() override {}

 private:
  void append_event(std::int64_t at_unix_ns);
  void append_descriptor(std::uint64_t uuid, std::uint64_t parent, std::string_view name);
  void begin_event(std::uint64_t type, TrackId track, std::string_view name,
                   std::span<const subscriber::Field> fields);

  std::uint64_t processes_ = 0;
  ProtobufMessage event_;  // kept for its memory
};

}  // namespace ari::replay
