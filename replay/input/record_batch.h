// RecordBatch: records in a row, with all that they point to.
//
// What one thread reads and another folds (threaded_sink.h). Nine in ten records of most logs
// are enters, exits, closes and uses of wakers, of which there is little to say: they take 48 bytes
// each. The others are copied whole, with the line that their text stands in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "replay/input/reader.h"
#include "subscriber/record.h"

namespace ari::replay {

// Not thread-safe.
class RecordBatch {
 public:
  RecordBatch();
  RecordBatch(const RecordBatch&) = delete;
  RecordBatch& operator=(const RecordBatch&) = delete;

  // Returns whether it has grown to a size at which it is to be passed on.
  // Requires: it had not before.
  bool add(const subscriber::Record& record, const Line& line);

  // Gives them to `sink` in order, then forgets them. Lines come without their text, and enters,
  // exits, closes and uses of wakers without name, target, level and fields.
  void pass_on(RecordSink& sink);

 private:
  using Record = subscriber::Record;

  struct Place {
    subscriber::Location location;
    const void* callsite;  // as Record has it
  };

  // In order of size. Which members mean something depends on the kind.
  struct Entry {
    std::int64_t at_unix_ns;
    std::uint64_t line;
    subscriber::SpanId span;
    union {
      subscriber::SpanId task;  // kWaker
      const Place* parked_at;   // kExit; null: nowhere
      const Record* whole;      // all kinds that are not told in short
    };
    std::uint32_t thread;
    subscriber::RecordKind kind;
    subscriber::WakerOp op;                      // kWaker
    std::optional<bool> flag;                    // kEnter: `destroy`; kWaker: `self_wake`
    std::optional<subscriber::Outcome> outcome;  // kClose
    bool span_guessed;                           // kWaker
  };

  // About 0.7 MB of a log: long enough that handing it over costs little, and short enough that
  // what one thread has written is still in a cache when the other reads it.
  static constexpr std::size_t kMostEntries = 8192;
  static constexpr std::size_t kMostBytes = std::size_t{512} << 10;

  void add_whole(const Record& record, std::string_view line, Entry& entry);
  const Place* keep_place(const Record& exit);
  std::string_view keep(std::string_view text);
  template <typename Thing>
  Thing* make(std::size_t count);

  // Room that is not used yet costs nothing: a short log is read at once.
  std::vector<Entry> entries_;
  std::size_t bytes_ = 0;  // that what they point to takes
  std::unique_ptr<std::byte[]> room_ = std::make_unique_for_overwrite<std::byte[]>(2 * kMostBytes);
  std::pmr::monotonic_buffer_resource memory_{room_.get(), 2 * kMostBytes};  // more for long texts
  std::array<const Place*, 16> recent_places_{};                             // in memory_, by line
  // What is passed on: each entry overwrites what records of its kind can tell.
  Record enter_, exit_, close_, waker_;
};

}  // namespace ari::replay
