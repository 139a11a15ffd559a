// What comes first on a line of fmt's Full and Compact: instant, level and thread.
//
//   2026-01-05T10:00:00.480600Z TRACE            main ThreadId(01) runtime.spawn{…}: …
//   ^stamp                      ^level           ^name ^id         ^the rest
//
// Names and ids of threads can be switched off, and a name may hold anything. A name that no id
// follows is told from a span's name by what Tokio's own lines look like; it says little, since all
// the workers of a runtime share one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/input/fault.h"
#include "replay/input/fmt_stamp.h"
#include "runtime/trace/metadata.h"

namespace ari::replay {

// The level behind the instant: a blank, five columns, a blank. Nothing if `text` does not
// start so.
inline constexpr std::size_t kFmtLevelColumns = 7;
std::optional<trace::Level> read_fmt_level(std::string_view text) noexcept;

struct FmtHead {
  std::int64_t at_unix_ns = 0;
  FmtClock clock{};
  std::int64_t step_ns = 1;  // as FmtStampReader::step_ns()
  trace::Level level{};
  std::uint32_t thread = 0;  // 0: not told
  std::string_view thread_name;
  std::size_t length = 0;  // where the rest of the line begins
};

class FmtHeadReader {
 public:
  // False if the line begins otherwise. `head.length` is then how far it went well: 0 if there is
  // no instant.
  bool read(std::string_view line, FmtHead& head);
  // What is wrong with a line of which read() went well so far.
  static Fault fault(std::string_view line, std::size_t length);

  // The number in `ThreadId(3)` at the front of `text`, and its length; 0 if there is none.
  static std::size_t read_thread_id(std::string_view text, std::uint32_t& number) noexcept;

 private:
  void read_thread(std::string_view line, FmtHead& head);
  std::size_t name_before_id(std::string_view text) const;
  std::size_t bare_name_length(std::string_view text);

  FmtStampReader stamps_;
  bool has_ids_ = false;  // whether the last line that begins with one of Tokio's words had an id
  enum class Names : std::uint8_t { kUnknown, kNone, kAll };
  Names names_ = Names::kUnknown;         // whether lines have a name without an id
  std::vector<std::string> known_names_;  // those seen so far
};

}  // namespace ari::replay
