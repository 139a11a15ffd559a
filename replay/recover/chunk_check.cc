#include "replay/recover/chunk_check.h"

#include <cstring>

#include "subscriber/chunk.h"

namespace ari::replay {

using namespace subscriber;

namespace {

constexpr std::uint32_t kSkip = 1u << 31;  // as in ring.h

template <typename T>
T take(const std::byte* at) noexcept {
  T piece;
  std::memcpy(static_cast<void*>(&piece), at, sizeof piece);
  return piece;
}

// The length of the body in front of the values; nothing for an unknown kind or detail.
std::optional<std::size_t> body_bytes(const ChunkHead& head) noexcept {
  switch (head.kind) {
    case ChunkKind::kNew:
      return sizeof(NewBody);
    case ChunkKind::kEnter:
      if (head.detail > 1) return std::nullopt;
      return sizeof(trace::SpanId);
    case ChunkKind::kExit:
      return sizeof(ExitBody);
    case ChunkKind::kClose:
      if (head.detail > 2) return std::nullopt;
      return sizeof(trace::SpanId);
    case ChunkKind::kEvent:
      return sizeof(EventBody);
    case ChunkKind::kWaker:
      if (head.detail > 3) return std::nullopt;
      return sizeof(WakerBody);
    case ChunkKind::kLost:
      return sizeof(std::uint64_t);
    case ChunkKind::kLostCloses:
      return sizeof(LostBody);
  }
  return std::nullopt;
}

// The bytes that a value's head announces behind itself; nothing for an unknown type.
std::optional<std::size_t> payload_bytes(const ValueHead& head) noexcept {
  switch (head.type) {
    case trace::ValueType::kNone:
    case trace::ValueType::kBool:
      return 0;
    case trace::ValueType::kU64:
    case trace::ValueType::kI64:
    case trace::ValueType::kF64:
      return 8;
    case trace::ValueType::kStr:
    case trace::ValueType::kDisplay:
      return padded(head.length);
  }
  return std::nullopt;
}

}  // namespace

bool is_sound_chunk(const std::byte* chunk, std::size_t bytes) noexcept {
  if (bytes < sizeof(ChunkHead) || bytes % 8 != 0) return false;
  const auto head = take<ChunkHead>(chunk);
  const auto body = body_bytes(head);
  if (head.bytes != bytes || !body) return false;
  const bool may_have_values = head.kind == ChunkKind::kNew || head.kind == ChunkKind::kEvent;
  if (head.values > 0 && !may_have_values) return false;
  std::size_t at = sizeof head + *body;
  for (std::uint16_t i = 0; i < head.values; ++i) {
    if (at + sizeof(ValueHead) > bytes) return false;
    const auto payload = payload_bytes(take<ValueHead>(chunk + at));
    at += sizeof(ValueHead);
    if (!payload || *payload > bytes - at) return false;
    at += *payload;
  }
  return at == bytes;
}

std::uint64_t sound_up_to(const std::byte* ring, std::size_t capacity, std::uint64_t from,
                          std::uint64_t to) noexcept {
  std::uint64_t at = from, sound = from;
  while (at != to) {
    const std::size_t offset = at & (capacity - 1);
    const std::size_t to_end = capacity - offset;
    if (offset % 8 != 0) return sound;
    const auto length = take<std::uint32_t>(ring + offset);
    const std::size_t bytes = length & ~kSkip;
    if (bytes == 0 || bytes > to_end || bytes > to - at) return sound;
    // Behind a skip the ring begins anew, with the chunk that did not fit: without that chunk the
    // skip leads nowhere.
    const bool is_skip = (length & kSkip) != 0;
    if (is_skip && (bytes != to_end || bytes == to - at)) return sound;
    if (!is_skip && !is_sound_chunk(ring + offset, bytes)) return sound;
    at += bytes;
    if (!is_skip) sound = at;
  }
  return sound;
}

}  // namespace ari::replay
