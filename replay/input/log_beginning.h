// LogBeginning: what the first lines of a log tell of the whole.
//
// Several logs can only be read as one once it is known which of them belong together; for
// that each is looked at first, without taking anything away from what is read later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "replay/input/coverage.h"

namespace ari::replay {

// What the log tells first of any span.
enum class FirstOfSpans : std::uint8_t { kNothing, kBeginning, kUse };

struct LogBeginning {
  std::string path;
  std::string format;  // as Coverage::format
  bool has_header = false;
  std::string program, clock;
  std::uint64_t pid = 0, forked_from = 0, part = 0;  // 0: not said
  std::optional<std::int64_t> first_unix_ns;         // of the first line that has an instant
  TimeBase time_base = TimeBase::kUtc;               // of that line
  std::string sample;  // the first bytes, by which the same log is known
  // Spans are used before the first of the log begins: it is the rest of another.
  bool begins_within = false;
  FirstOfSpans first_of_spans{};
};

// `format` is empty if none is recognised in `text`.
LogBeginning look_at(std::string_view text, const std::string& path);

// The same of the file at `path`, from its first 64 KiB; nothing if no log can be seen there.
std::optional<LogBeginning> look_at_file(const std::string& path);

// Of the file's coverage what its beginning tells.
FileCoverage what_it_says(const LogBeginning& beginning);

// The latest instant in the last lines of the file. Nothing if it cannot be told without
// reading all of it: it is compressed, or no file that stays.
std::optional<std::int64_t> last_instant(const std::string& path);

}  // namespace ari::replay
