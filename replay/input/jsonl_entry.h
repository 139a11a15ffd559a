// JsonlEntry: one line of an ari JSONL log, taken apart key by key.
//
// The general way to read such a line: any key order, blanks, unknown keys. It is also
// the one that finds the words for what is wrong. See jsonl_plain.h for the fast one.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "replay/input/json_cursor.h"
#include "replay/input/timestamp.h"
#include "subscriber/record.h"

namespace ari::replay {

// What a line is: the words of its key "k".
enum class JsonlWord : std::uint8_t {
  kLog,
  kThread,
  kNew,
  kEnter,
  kExit,
  kClose,
  kEvent,
  kClone,
  kDrop,
  kWake,
  kWakeByRef,
  kLoc,
  kLost,
  kAlive,
  kEnd,
  kConverted,
  kGap,
};

// The keys that mean something to us.
enum class JsonlKey : std::uint8_t {
  kAt,
  kK,
  kTh,
  kId,
  kIn,
  kTask,
  kName,
  kTarget,
  kLevel,
  kFields,
  kDisplay,
  kDestroy,
  kLoc,
  kOutcome,
  kVersion,
  kProgram,
  kPid,
  kClock,
  kEvents,
  kCloses,
  kLost,
  kFile,
  kLine,
  kCol,
  kFn,
  kFilter,
  kPart,
  kRetold,
  kForkedFrom,
  kImplied,
  kSelfWake,
  kGuessed,
};

// A set of keys.
class JsonlKeys {
 public:
  constexpr JsonlKeys() = default;
  constexpr JsonlKeys(std::initializer_list<JsonlKey> keys) {
    for (JsonlKey key : keys) add(key);
  }
  constexpr void add(JsonlKey key) { bits_ |= bit(key); }
  constexpr bool has(JsonlKey key) const { return (bits_ & bit(key)) != 0; }

 private:
  static constexpr std::uint32_t bit(JsonlKey key) { return 1U << static_cast<unsigned>(key); }
  std::uint32_t bits_ = 0;
};

// Each member is what its key says, at its default unless `seen`.
struct JsonlEntry {
  JsonlKeys seen;
  JsonlWord word{};
  std::int64_t at_unix_ns = 0;
  std::uint32_t thread = 0;
  std::uint64_t id = 0, in = 0, task = 0;
  std::string_view name, target, program, filter, file, function;
  trace::Level level = trace::Level::kTrace;
  std::vector<subscriber::Field>
      fields;  // `display` applied; on "log" lines what they say of the run
  std::vector<std::string_view> display;
  bool destroy = false, implied = false, guessed = false;
  std::optional<bool> self_wake;
  subscriber::Outcome outcome{};
  std::uint64_t loc = 0, version = 0, events = 0, closes = 0, lost = 0, part = 0, retold = 0;
  std::uint32_t line = 0, column = 0;
};

// Reads the line that `json` stands in front of. False if it is none of this format;
// json.fault() tells why. `entry` is overwritten; its text is as long-lived as json's.
bool read_jsonl_entry(JsonCursor& json, TimestampReader& timestamps, JsonlEntry& entry);

}  // namespace ari::replay
