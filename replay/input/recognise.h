// Which format a log is written in, told from its content.
//
// Looks at a run of lines, because blank lines and the program's own output may come
// first, and because one line may look like another format's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "replay/input/coverage.h"
#include "replay/input/reader.h"

namespace ari::replay {

struct Recognised {
  std::unique_ptr<Reader> reader;  // null: none of the lines is of a known format
  std::string_view format;         // for Coverage::format
  Facts facts;                     // what the format can tell
  std::string hint;                // no reader: what the input may be instead; may be empty
};

// What a line may be of. Its place in this list is also its place in the votes.
enum class LikelyFormat : std::uint8_t {
  kAriJsonl,
  kConsole,
  kAriText,
  kFmtJson,
  kFmtFull,
  kFmtCompact,
  kFmtPretty,
  kEvent,  // text with a timestamp, a level and an event, as several formats have it
  kNone,
};

// Sees more and more of a log's beginning until it is clear; no line is looked at twice.
class Recogniser {
 public:
  // `beginning`: what was passed before, and more. `complete`: it is all of the log, so that its
  // last line counts although no line end follows.
  void look(std::string_view beginning, bool complete);

  // Enough lines agree; more of them would change nothing.
  bool has_settled() const noexcept;
  // There are lines that may be of a known format; that can be of no other.
  bool has_found() const noexcept { return voters_ > 0 || events_ > 0; }
  bool is_certain() const noexcept { return voters_ > 0; }

  // What has come of it. Requires: `beginning` as it was passed last.
  Recognised result(std::string_view beginning) const;

 private:
  std::array<int, static_cast<std::size_t>(LikelyFormat::kNone) + 1> votes_{};
  int voters_ = 0;
  int events_ = 0;
  std::size_t looked_at_ = 0;  // bytes of the lines that have voted, or might have
};

// The same of a beginning that is seen at once.
Recognised recognise(std::string_view beginning, bool complete);

}  // namespace ari::replay
