// Decoder: chunks out of a lane's ring turned into Records.
//
// The one place where what threads copied becomes what writers print. It adds what only
// the whole stream can tell: that a span that closes was a task, hence has an outcome.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "subscriber/chunk.h"
#include "subscriber/open_spans.h"
#include "subscriber/record.h"

namespace ari::subscriber {

// What the pointers in chunks mean. In the program itself: what they point to.
class Symbols {
 public:
  virtual ~Symbols() = default;
  virtual const trace::Metadata& metadata(const trace::Metadata* key) const { return *key; }
  // No place if `key` is none.
  virtual Location place(const std::source_location& key) const;
};

// Not thread-safe. Memory grows with the number of tasks that are alive.
class Decoder {
 public:
  // `symbols` outlives it.
  explicit Decoder(const Symbols& symbols) noexcept : symbols_(symbols) {}

  // A task of this id is alive, which was told before the first chunk.
  void knows_task(SpanId id) { tasks_.open(id, {}); }
  // So many ends of spans were lost, besides those that chunks of lost events count.
  void lose_closes(std::uint64_t closes) { tasks_.lose(closes); }

  // The chunk as a Record, which is valid until the next call and while the chunk is.
  // Strings that are no UTF-8 have their bad bytes spelled out, so that text and JSON
  // agree on what they are.
  const Record& decode(const std::byte* chunk, std::uint32_t thread, std::int64_t at_unix_ns);

 private:
  void decode_new(const std::byte* body, std::uint16_t values);
  void decode_exit(const std::byte* body);
  void decode_close(const std::byte* body, Outcome outcome);
  void decode_event(const std::byte* body, std::uint16_t values);
  void decode_waker(const std::byte* body, WakerOp op);
  void decode_lost(std::uint64_t events, std::uint64_t closes);
  void decode_fields(const std::byte* at, const trace::Metadata& metadata, std::uint16_t values);
  const std::byte* decode_value(const std::byte* at, Value& value);
  std::string_view as_utf8(std::string_view text);
  const Location& place(const std::source_location& key);
  void hear_of(SpanId id) {
    if (tasks_.has_lost()) [[unlikely]]
      tasks_.hear_of(id);
  }

  const Symbols& symbols_;
  Record record_;
  std::vector<Field> fields_;
  std::deque<std::string> spelled_out_;  // texts that were no UTF-8
  struct Place {
    const void* key = nullptr;
    Location location;
  };
  std::array<Place, 64> places_;  // that were looked up last, by their keys
  struct Task {};
  OpenSpans<Task> tasks_;
};

}  // namespace ari::subscriber
