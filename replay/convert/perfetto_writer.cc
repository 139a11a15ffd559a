#include "replay/convert/perfetto_writer.h"

#include "subscriber/utf8.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::ValueType;

namespace {

// Field numbers, by message.
namespace trace_fields {
constexpr std::uint32_t kPacket = 1;
}
namespace packet {
constexpr std::uint32_t kTimestamp = 8, kSequence = 10, kTrackEvent = 11, kTrackDescriptor = 60;
}
namespace descriptor {
constexpr std::uint32_t kUuid = 1, kName = 2, kProcess = 3, kParent = 5;
}
namespace process {
constexpr std::uint32_t kPid = 1, kName = 6;
}
namespace event {
constexpr std::uint32_t kAnnotation = 4, kType = 9, kTrack = 11, kName = 23, kFlow = 47,
                        kTerminatingFlow = 48;
constexpr std::uint64_t kSliceBegin = 1, kSliceEnd = 2, kInstant = 3;
}  // namespace event
namespace annotation {
constexpr std::uint32_t kBool = 2, kUint = 3, kInt = 4, kDouble = 5, kString = 6, kName = 10;
}

// Every packet with events names the sequence that it belongs to; all of ours is one.
constexpr std::uint64_t kSequenceId = 1;

// Uuids that are no tracks': for each process itself and its groups.
constexpr std::uint64_t kFirstProcess = std::uint64_t{1} << 62;
constexpr std::uint64_t kUuidsAProcess = 4;

std::uint64_t uuid_of_process(std::uint64_t number) {
  return kFirstProcess + kUuidsAProcess * number;
}
std::uint64_t uuid_of_group(std::uint64_t process, TrackGroup group) {
  return uuid_of_process(process) + 1 + static_cast<std::uint64_t>(group);
}

std::string utf8(std::string_view text) {
  std::string out;
  subscriber::append_valid_utf8(out, text);
  return out;
}

ProtobufMessage annotate(const Field& field) {
  ProtobufMessage out;
  out.add_bytes(annotation::kName, utf8(field.name));
  switch (field.value.type()) {
    case ValueType::kNone:
      break;
    case ValueType::kU64:
      out.add_varint(annotation::kUint, field.value.as_u64());
      break;
    case ValueType::kI64:
      out.add_signed(annotation::kInt, field.value.as_i64());
      break;
    case ValueType::kF64:
      out.add_double(annotation::kDouble, field.value.as_f64());
      break;
    case ValueType::kBool:
      out.add_varint(annotation::kBool, field.value.as_bool() ? 1 : 0);
      break;
    case ValueType::kStr:
    case ValueType::kDisplay:
      out.add_bytes(annotation::kString, utf8(field.value.text()));
      break;
  }
  return out;
}

}  // namespace

void PerfettoWriter::append_descriptor(std::uint64_t uuid, std::uint64_t parent,
                                       std::string_view name) {
  ProtobufMessage track;
  track.add_varint(descriptor::kUuid, uuid);
  track.add_bytes(descriptor::kName, utf8(name));
  track.add_varint(descriptor::kParent, parent);
  ProtobufMessage packet;
  packet.add_message(packet::kTrackDescriptor, track);
  ProtobufMessage trace;
  trace.add_message(trace_fields::kPacket, packet);
  out_ += trace.bytes();
}

void PerfettoWriter::begin_process(std::string_view program) {
  // Numbered, since the pid is not in every log and two recordings may have the same.
  ProtobufMessage what;
  what.add_varint(process::kPid, ++processes_);
  what.add_bytes(process::kName, utf8(program));
  ProtobufMessage track;
  track.add_varint(descriptor::kUuid, uuid_of_process(processes_));
  track.add_message(descriptor::kProcess, what);
  ProtobufMessage packet;
  packet.add_message(packet::kTrackDescriptor, track);
  ProtobufMessage trace;
  trace.add_message(trace_fields::kPacket, packet);
  out_ += trace.bytes();
  for (const auto& [group, name] :
       {std::pair(TrackGroup::kThreads, "threads"), std::pair(TrackGroup::kTasks, "tasks"),
        std::pair(TrackGroup::kResources, "resources")}) {
    append_descriptor(uuid_of_group(processes_, group), uuid_of_process(processes_), name);
  }
}

void PerfettoWriter::add_track(TrackId track, TrackGroup group, trace::SpanId,
                               std::string_view name) {
  append_descriptor(track, uuid_of_group(processes_, group), name);
}

void PerfettoWriter::begin_event(std::uint64_t type, TrackId track, std::string_view name,
                                 std::span<const Field> fields) {
  event_.clear();
  event_.add_varint(event::kType, type);
  event_.add_varint(event::kTrack, track);
  if (!name.empty()) event_.add_bytes(event::kName, utf8(name));
  for (const Field& field : fields) {
    if (field.value.type() != ValueType::kNone) {
      event_.add_message(event::kAnnotation, annotate(field));
    }
  }
}

void PerfettoWriter::append_event(std::int64_t at_unix_ns) {
  ProtobufMessage packet;
  packet.add_varint(packet::kTimestamp, static_cast<std::uint64_t>(at_unix_ns));
  packet.add_varint(packet::kSequence, kSequenceId);
  packet.add_message(packet::kTrackEvent, event_);
  ProtobufMessage trace;
  trace.add_message(trace_fields::kPacket, packet);
  out_ += trace.bytes();
}

void PerfettoWriter::begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                           std::span<const Field> fields, ArrowId ends_here) {
  begin_event(event::kSliceBegin, track, name, fields);
  if (ends_here != 0) event_.add_fixed64(event::kTerminatingFlow, ends_here);
  append_event(at_unix_ns);
}

void PerfettoWriter::end(TrackId track, std::int64_t at_unix_ns) {
  begin_event(event::kSliceEnd, track, {}, {});
  append_event(at_unix_ns);
}

void PerfettoWriter::instant(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                             std::span<const Field> fields, ArrowId begins_here) {
  begin_event(event::kInstant, track, name, fields);
  if (begins_here != 0) event_.add_fixed64(event::kFlow, begins_here);
  append_event(at_unix_ns);
}

}  // namespace ari::replay
