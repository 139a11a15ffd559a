// ConsoleEntry: one line of a console recording, taken apart.
//
//   {"Waker":{"id":5,"op":{"Wake":{"self_wake":false}},"at":{"secs_since_epoch":1,…}}}
//
// Keys may come in any order, with blanks, and among others that mean nothing to us.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "replay/input/json_cursor.h"
#include "subscriber/record.h"

namespace ari::replay {

struct ConsoleEntry {
  enum class Kind : std::uint8_t { kNone, kHeader, kSpawn, kEnter, kExit, kClose, kWaker };

  struct Op {
    subscriber::WakerOp op{};
    std::optional<bool> self_wake;
  };

  Kind kind = Kind::kNone;
  std::uint64_t version = 0;               // kHeader
  std::optional<std::uint64_t> id;         // all others
  std::optional<std::int64_t> at_unix_ns;  // all others
  std::optional<Op> op;                    // kWaker
  std::vector<subscriber::Field> fields;   // kSpawn

  // The kind that a line's key names: "v", "Spawn", "Enter", …; kNone for any other.
  static Kind kind_from_key(std::string_view key) noexcept;
};

// Reads the line that `json` stands in front of, up to its end. False if it is none of
// this format, or lacks what its kind cannot do without; json.fault() tells why. The
// text of `entry` is as long-lived as json's.
bool read_console_entry(JsonCursor& json, ConsoleEntry& entry);

// The same of a line as the console itself writes all but a few; ASCII only. False: it is another,
// which may be as good, and `entry` is to be made anew.
bool read_plain_console_entry(std::string_view line, ConsoleEntry& entry);

}  // namespace ari::replay
