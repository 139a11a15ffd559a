#include "subscriber/lane.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "runtime/trace/unloads.h"

namespace ari::subscriber {

namespace {

// Of a ring, for closes alone: an eighth, and of a large ring as much as 5,000 of them need.
std::size_t kept_for_closes(std::size_t capacity) noexcept {
  return std::min(capacity / 8, std::size_t{128} << 10);
}

constexpr std::size_t kCloseBytes = sizeof(ChunkHead) + sizeof(SpanId);

constexpr std::string_view kCutMark = "…";

template <typename T>
std::byte* put(std::byte* at, const T& piece) noexcept {
  std::memcpy(at, &piece, sizeof piece);
  return at + sizeof piece;
}

// How much of a text is kept where `most` bytes may be: all of it, or as many whole characters
// as leave room for the mark.
std::size_t kept_bytes(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) [[likely]]
    return text.size();
  std::size_t kept = most - kCutMark.size();
  const auto continues = [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; };
  for (int i = 0; i < 3 && continues(text[kept]); ++i) --kept;
  return kept;
}

std::size_t stored_bytes(std::string_view text, std::size_t most) noexcept {
  return text.size() <= most ? text.size() : kept_bytes(text, most) + kCutMark.size();
}

std::size_t bytes_of(const Value& value, std::size_t most_text) noexcept {
  switch (value.type()) {
    case trace::ValueType::kNone:
    case trace::ValueType::kBool:
      return sizeof(ValueHead);
    case trace::ValueType::kStr:
    case trace::ValueType::kDisplay:
      return sizeof(ValueHead) + padded(stored_bytes(value.text(), most_text));
    default:
      return sizeof(ValueHead) + 8;
  }
}

std::size_t bytes_of(std::span<const Value> values, std::size_t most_text) noexcept {
  std::size_t bytes = 0;
  for (const Value& value : values) bytes += bytes_of(value, most_text);
  return bytes;
}

// How long the texts of `values` may be if all of them are to fit into `room`. If not even short
// ones do, which takes hundreds of values, it does not help.
[[gnu::cold]] std::size_t most_text_for(std::span<const Value> values, std::size_t room) noexcept {
  constexpr std::size_t kLeast = 16;
  std::size_t most = kMaxTextBytes;
  while (most > kLeast && bytes_of(values, most) > room) most /= 2;
  return most;
}

std::byte* put_text(std::byte* at, std::string_view text, std::size_t most) noexcept {
  const std::size_t kept = kept_bytes(text, most);
  std::memcpy(at, text.data(), kept);
  if (kept < text.size()) std::memcpy(at + kept, kCutMark.data(), kCutMark.size());
  return at + padded(stored_bytes(text, most));
}

std::byte* put_value(std::byte* at, const Value& value, std::size_t most_text) noexcept {
  ValueHead head{value.type(), 0};
  switch (value.type()) {
    case trace::ValueType::kNone:
      return put(at, head);
    case trace::ValueType::kBool:
      head.length = value.as_bool();
      return put(at, head);
    case trace::ValueType::kU64:
      return put(put(at, head), value.as_u64());
    case trace::ValueType::kI64:
      return put(put(at, head), value.as_i64());
    case trace::ValueType::kF64:
      return put(put(at, head), value.as_f64());
    case trace::ValueType::kStr:
    case trace::ValueType::kDisplay:
      head.length = static_cast<std::uint32_t>(stored_bytes(value.text(), most_text));
      return put_text(put(at, head), value.text(), most_text);
  }
  return at;
}

// Values that have a name; more than that would be a mistake of the callsite.
std::span<const Value> named(std::span<const Value> values, const Metadata& metadata) noexcept {
  constexpr std::size_t kMost = UINT16_MAX;
  return values.first(std::min({values.size(), metadata.fields.size(), kMost}));
}

ChunkHead head(std::size_t bytes, ChunkKind kind, std::uint8_t detail, std::uint64_t ticks,
               std::size_t values = 0) noexcept {
  return {static_cast<std::uint32_t>(bytes), kind, detail, static_cast<std::uint16_t>(values),
          ticks};
}

void write_down(NameBook& book, const Metadata* metadata) noexcept { book.add(*metadata); }
void write_down(NameBook& book, std::source_location place) noexcept { book.add(place); }

}  // namespace

Lane::Lane(std::uint32_t thread, std::string thread_name, RingMemory memory, Doorbell& doorbell,
           LostSpans& lost_spans, RingFile* file, NameCopies* copies) noexcept
    : thread_(thread),
      thread_name_(std::move(thread_name)),
      ring_(std::move(memory), kept_for_closes(memory.capacity())),
      doorbell_(doorbell),
      lost_spans_(lost_spans),
      copies_(copies),
      file_(file),
      stays_as_it_is_(file == nullptr ? main_program() : AddressRange{}) {}

std::shared_ptr<Lane> Lane::of_the_dead(RingMemory memory, std::uint64_t told, Doorbell& doorbell,
                                        LostSpans& lost_spans) {
  const RingHead& head = memory.head();
  const std::uint32_t thread = head.thread;
  std::string name(head.thread_name, strnlen(head.thread_name, sizeof head.thread_name));
  auto lane =
      std::make_shared<Lane>(thread, std::move(name), std::move(memory), doorbell, lost_spans);
  lane->told_before_ = told;
  lane->leave();
  return lane;
}

Lane::~Lane() {
  if (file_ != nullptr) file_->give_back(ring_.head());
}

template <typename Name>
[[gnu::noinline]] Name Lane::noted(Name name) noexcept {
  if (const std::uint32_t now = trace::unloads(); now != unloads_) [[unlikely]] {
    known_.forget_all();
    unloads_ = now;
  }
  const std::uint64_t key = key_of(name);
  if (const std::uint64_t known = known_.find(key)) [[likely]]
    return std::bit_cast<Name>(known);
  const Name lasting = main_program().contains(key) ? name : copies_->copy_of(name);
  if (key_of(lasting) == 0) return lasting;
  // A full book is not asked again: what it lacks, a recovered log calls "?".
  if (file_ != nullptr) write_down(file_->names(), lasting);
  known_.add(key, key_of(lasting));
  return lasting;
}

// Inline, so that the usual limit of texts is a constant in it.
template <typename Body>
[[gnu::always_inline]] inline bool Lane::put_chunk(std::uint64_t ticks, std::size_t bytes,
                                                   ChunkKind kind, const Body& body,
                                                   std::span<const Value> values,
                                                   std::size_t most_text) noexcept {
  std::byte* at = reserve(ticks, bytes);
  if (at == nullptr) return false;
  at = put(at, head(bytes, kind, 0, ticks, values.size()));
  at = put(at, body);
  for (const Value& value : values) at = put_value(at, value, most_text);
  ring_.commit(bytes);
  return true;
}

template <typename Body>
[[gnu::cold, gnu::noinline]] bool Lane::record_cut(std::uint64_t ticks, ChunkKind kind,
                                                   const Body& body,
                                                   std::span<const Value> values) noexcept {
  constexpr std::size_t kHeadBytes = sizeof(ChunkHead) + sizeof(Body);
  const std::size_t most_text = most_text_for(values, ring_.largest_chunk() - kHeadBytes);
  return put_chunk(ticks, kHeadBytes + bytes_of(values, most_text), kind, body, values, most_text);
}

template <typename Body>
inline bool Lane::record(std::uint64_t ticks, ChunkKind kind, const Body& body,
                         std::span<const Value> values) noexcept {
  const std::size_t bytes = sizeof(ChunkHead) + sizeof(Body) + bytes_of(values, kMaxTextBytes);
  if (bytes > ring_.largest_chunk()) [[unlikely]]
    return record_cut(ticks, kind, body, values);
  return put_chunk(ticks, bytes, kind, body, values, kMaxTextBytes);
}

void Lane::new_span(std::uint64_t ticks, SpanId id, SpanId parent, const Metadata& metadata,
                    std::span<const Value> values) noexcept {
  const Metadata* const callsite = lasting(metadata);
  const bool is_recorded =
      callsite != nullptr
          ? record(ticks, ChunkKind::kNew, NewBody{id, parent, callsite}, named(values, metadata))
          : (lose_one(), false);
  if (!is_recorded) lost_spans_.add(id);
}

void Lane::enter(std::uint64_t ticks, SpanId id, EnterReason reason) noexcept {
  constexpr std::size_t kBytes = sizeof(ChunkHead) + sizeof(SpanId);
  std::byte* const at = reserve(ticks, kBytes);
  if (at == nullptr) return;
  put(put(at, head(kBytes, ChunkKind::kEnter, static_cast<std::uint8_t>(reason), ticks)), id);
  ring_.commit(kBytes);
}

void Lane::exit(std::uint64_t ticks, SpanId id, std::source_location parked_at) noexcept {
  constexpr std::size_t kBytes = sizeof(ChunkHead) + sizeof(ExitBody);
  parked_at = lasting(parked_at);
  std::byte* const at = reserve(ticks, kBytes);
  if (at == nullptr) return;
  put(put(at, head(kBytes, ChunkKind::kExit, 0, ticks)), ExitBody{id, parked_at});
  ring_.commit(kBytes);
}

void Lane::close(std::uint64_t ticks, SpanId id, Outcome outcome) noexcept {
  constexpr std::size_t kBytes = kCloseBytes;
  std::byte* at = ring_.try_reserve(kBytes);
  if (at == nullptr) [[unlikely]]
    at = reserve_for_close(ticks, id);
  if (at == nullptr) return;
  put(put(at, head(kBytes, ChunkKind::kClose, static_cast<std::uint8_t>(outcome), ticks)), id);
  ring_.commit(kBytes);
}

void Lane::event(std::uint64_t ticks, SpanId in, const Metadata& metadata,
                 std::span<const Value> values) noexcept {
  const Metadata* const callsite = lasting(metadata);
  if (callsite == nullptr) return lose_one();
  record(ticks, ChunkKind::kEvent, EventBody{in, callsite}, named(values, metadata));
}

void Lane::waker(std::uint64_t ticks, SpanId in, WakerOp op, SpanId task) noexcept {
  constexpr std::size_t kBytes = sizeof(ChunkHead) + sizeof(WakerBody);
  std::byte* const at = reserve(ticks, kBytes);
  if (at == nullptr) return;
  put(put(at, head(kBytes, ChunkKind::kWaker, static_cast<std::uint8_t>(op), ticks)),
      WakerBody{in, task});
  ring_.commit(kBytes);
}

// The slow half of reserve(): it is time to look, the ring's end is reached, or the ring is
// full, or it was.
std::byte* Lane::reserve_or_lose(std::uint64_t ticks, std::size_t bytes) noexcept {
  doorbell_.ring();
  if (is_in_gap(ticks)) return lose_one(), nullptr;
  const bool can_fit = bytes <= ring_.largest_chunk();
  std::byte* room = can_fit ? ring_.reserve_slowly(bytes) : nullptr;
  while (can_fit && room == nullptr && doorbell_.wait_for_room()) {
    room = ring_.reserve_slowly(bytes);
  }
  if (room == nullptr) lose_one();
  return room;
}

// As reserve_or_lose(), for the end of a span: in the gap too, unless the log does not know
// the span anyway.
std::byte* Lane::reserve_for_close(std::uint64_t ticks, SpanId id) noexcept {
  doorbell_.ring();
  std::byte* room = nullptr;
  if (!is_in_gap(ticks)) {
    do {
      room = ring_.reserve_kept(kCloseBytes);
    } while (room == nullptr && doorbell_.wait_for_room());
  } else if (lost_spans_.contains(id)) {
    return lose_one(), nullptr;
  } else if (tell_loss(ticks)) {
    room = ring_.reserve_kept(kCloseBytes);
    ring_.close_fast_path();
  }
  if (room == nullptr) lose_close();
  return room;
}

// Whether events are only counted now: the ring was full and not half of it is free again.
bool Lane::is_in_gap(std::uint64_t ticks) noexcept {
  if (!was_full_) return false;
  if (ring_.free_bytes() < ring_.capacity() / 2) return true;
  was_full_ = !tell_loss(ticks);
  return was_full_;
}

void Lane::lose_one() noexcept {
  ++untold_;
  was_full_ = true;
  // relaxed: a mere count; the drain reads it once more after the thread has stopped.
  auto& lost = ring_.head().lost;
  lost.store(lost.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  ring_.close_fast_path();
}

void Lane::lose_close() noexcept {
  lose_one();
  ++untold_closes_;
  lost_closes_.store(lost_closes_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

// Says how many are missing here, if any are. False if there was no room for it.
bool Lane::tell_loss(std::uint64_t ticks) noexcept {
  if (untold_ == 0) return true;
  const bool tells_closes = untold_closes_ != 0;
  const std::size_t bytes =
      sizeof(ChunkHead) + (tells_closes ? sizeof(LostBody) : sizeof(std::uint64_t));
  std::byte* at = ring_.reserve_kept(bytes);
  if (at == nullptr) return false;
  at = put(at, head(bytes, tells_closes ? ChunkKind::kLostCloses : ChunkKind::kLost, 0, ticks));
  at = put(at, std::exchange(untold_, 0));
  if (tells_closes) put(at, std::exchange(untold_closes_, 0));
  ring_.commit(bytes);
  return true;
}

}  // namespace ari::subscriber
