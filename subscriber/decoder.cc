#include "subscriber/decoder.h"

#include <bit>
#include <cstring>

#include "runtime/trace/function_name.h"
#include "subscriber/name_book.h"
#include "subscriber/utf8.h"

namespace ari::subscriber {

namespace {

constexpr std::string_view kTaskSpan = "runtime.spawn";

template <typename T>
T take(const std::byte* at) noexcept {
  T piece;
  std::memcpy(static_cast<void*>(&piece), at, sizeof piece);
  return piece;
}

}  // namespace

Location Symbols::place(const std::source_location& key) const {
  if (key.line() == 0) return {};
  return {key.file_name(), key.line(), key.column(), trace::function_name(key.function_name())};
}

const Record& Decoder::decode(const std::byte* chunk, std::uint32_t thread,
                              std::int64_t at_unix_ns) {
  const auto head = take<ChunkHead>(chunk);
  const std::byte* const body = chunk + sizeof(ChunkHead);
  static constexpr Record kBlank;  // a copy: g++ 12 would fill with zeros by a slow `rep stos`
  record_ = kBlank;
  record_.at_unix_ns = at_unix_ns;
  record_.thread = thread;
  switch (head.kind) {
    case ChunkKind::kNew:
      decode_new(body, head.values);
      break;
    case ChunkKind::kEnter:
      record_.kind = RecordKind::kEnter;
      record_.span = take<SpanId>(body);
      record_.destroy =
          static_cast<trace::EnterReason>(head.detail) == trace::EnterReason::kDestroy;
      hear_of(record_.span);
      break;
    case ChunkKind::kExit:
      decode_exit(body);
      break;
    case ChunkKind::kClose:
      decode_close(body, static_cast<Outcome>(head.detail));
      break;
    case ChunkKind::kEvent:
      decode_event(body, head.values);
      break;
    case ChunkKind::kWaker:
      decode_waker(body, static_cast<WakerOp>(head.detail));
      break;
    case ChunkKind::kLost:
      decode_lost(take<std::uint64_t>(body), 0);
      break;
    case ChunkKind::kLostCloses:
      decode_lost(take<LostBody>(body).events, take<LostBody>(body).closes);
      break;
  }
  return record_;
}

void Decoder::decode_new(const std::byte* body, std::uint16_t values) {
  const auto span = take<NewBody>(body);
  record_.kind = RecordKind::kNew;
  record_.span = span.id;
  record_.parent = span.parent;
  const trace::Metadata& metadata = symbols_.metadata(span.metadata);
  record_.callsite = &metadata;
  record_.name = metadata.name;
  record_.target = metadata.target;
  record_.level = metadata.level;
  decode_fields(body + sizeof span, metadata, values);
  if (record_.name == kTaskSpan) tasks_.open(span.id, {});
}

void Decoder::decode_exit(const std::byte* body) {
  const auto exit = take<ExitBody>(body);
  record_.kind = RecordKind::kExit;
  record_.span = exit.id;
  hear_of(exit.id);
  record_.callsite = std::bit_cast<const void*>(exit.parked_at);
  if (record_.callsite != nullptr) record_.parked_at = place(exit.parked_at);
}

// The same few places come again and again.
const Location& Decoder::place(const std::source_location& key) {
  Place& place = places_[key_of(key) / alignof(void*) % places_.size()];
  if (place.key != record_.callsite) place = {record_.callsite, symbols_.place(key)};
  return place.location;
}

void Decoder::decode_close(const std::byte* body, Outcome outcome) {
  record_.kind = RecordKind::kClose;
  record_.span = take<SpanId>(body);
  // Spans that are no tasks always say "completed", which tells nothing. Whatever says
  // something else is a task, also when its `new` was lost.
  const bool was_task = tasks_.close(record_.span);
  if (was_task || outcome != Outcome::kCompleted) record_.outcome = outcome;
}

void Decoder::decode_event(const std::byte* body, std::uint16_t values) {
  const auto event = take<EventBody>(body);
  record_.kind = RecordKind::kEvent;
  record_.span = event.in;
  const trace::Metadata& metadata = symbols_.metadata(event.metadata);
  record_.callsite = &metadata;
  record_.target = metadata.target;
  record_.level = metadata.level;
  decode_fields(body + sizeof event, metadata, values);
}

void Decoder::decode_waker(const std::byte* body, WakerOp op) {
  const auto waker = take<WakerBody>(body);
  record_.kind = RecordKind::kWaker;
  record_.span = waker.in;
  record_.target = kWakerTarget;
  record_.op = op;
  record_.task = waker.task;
  hear_of(waker.task);
}

void Decoder::decode_lost(std::uint64_t events, std::uint64_t closes) {
  record_.kind = RecordKind::kLost;
  record_.lost = events;
  record_.lost_closes = closes;
  lose_closes(closes);
}

void Decoder::decode_fields(const std::byte* at, const trace::Metadata& metadata,
                            std::uint16_t values) {
  fields_.clear();
  spelled_out_.clear();
  for (std::size_t i = 0; i < values && i < metadata.fields.size(); ++i) {
    Value value;
    at = decode_value(at, value);
    fields_.push_back({metadata.fields[i], value});
  }
  record_.fields = fields_;
}

const std::byte* Decoder::decode_value(const std::byte* at, Value& value) {
  const auto head = take<ValueHead>(at);
  at += sizeof head;
  const std::string_view text(reinterpret_cast<const char*>(at), head.length);
  switch (head.type) {
    case ValueType::kNone:
      return at;
    case ValueType::kBool:
      value = Value(head.length != 0);
      return at;
    case ValueType::kU64:
      value = Value(take<std::uint64_t>(at));
      return at + 8;
    case ValueType::kI64:
      value = Value(take<std::int64_t>(at));
      return at + 8;
    case ValueType::kF64:
      value = Value(take<double>(at));
      return at + 8;
    case ValueType::kStr:
      value = Value(as_utf8(text));
      return at + padded(head.length);
    case ValueType::kDisplay:
      value = Value::display(as_utf8(text));
      return at + padded(head.length);
  }
  return at;
}

std::string_view Decoder::as_utf8(std::string_view text) {
  if (is_valid_utf8(text)) return text;
  append_valid_utf8(spelled_out_.emplace_back(), text);
  return spelled_out_.back();
}

}  // namespace ari::subscriber
