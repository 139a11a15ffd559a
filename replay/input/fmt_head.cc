#include "replay/input/fmt_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "replay/input/problems.h"
#include "subscriber/record.h"

namespace ari::replay {

namespace {

constexpr std::string_view kThreadId = "ThreadId(";

// How Tokio's spans and targets begin.
constexpr std::array<std::string_view, 3> kTokioWords = {"runtime.", "tokio::", "runtime::"};

bool begins_with_tokio_word(std::string_view text) {
  return std::any_of(kTokioWords.begin(), kTokioWords.end(),
                     [text](std::string_view word) { return text.starts_with(word); });
}

// Where the first of Tokio's words starts, if nothing in front of it can be a span or a
// target itself.
std::optional<std::size_t> tokio_word(std::string_view text) {
  std::size_t first = std::string_view::npos;
  for (const std::string_view word : kTokioWords) first = std::min(first, text.find(word));
  if (first == std::string_view::npos) return std::nullopt;
  const std::string_view front = text.substr(0, first);
  const bool plain = front.find_first_of("{:=\"") == std::string_view::npos;
  if (!plain || (first > 0 && front.back() != ' ')) return std::nullopt;
  return first;
}

}  // namespace

std::optional<trace::Level> read_fmt_level(std::string_view text) noexcept {
  if (text.size() < kFmtLevelColumns || text[0] != ' ' || text[6] != ' ') return std::nullopt;
  std::string_view name = text.substr(1, 5);
  if (name.starts_with(' ')) name.remove_prefix(1);
  return subscriber::level_from_name(name);
}

bool FmtHeadReader::read(std::string_view line, FmtHead& head) {
  const std::size_t stamp = stamps_.read(line, head.at_unix_ns);
  head.length = stamp;
  if (stamp == 0) return false;
  head.clock = stamps_.clock();
  head.step_ns = stamps_.step_ns();
  const auto level = read_fmt_level(line.substr(stamp));
  if (!level) return false;
  head.level = *level;
  head.length = stamp + kFmtLevelColumns;
  read_thread(line, head);
  return true;
}

Fault FmtHeadReader::fault(std::string_view line, std::size_t length) {
  return {length, fmt::format("expected {}, found {}",
                              length == 0 ? "a timestamp such as 2026-11-23T12:34:01.927131Z"
                                          : "a blank and a level (TRACE, DEBUG, INFO, WARN, ERROR)",
                              found_at(line, length))};
}

std::size_t FmtHeadReader::read_thread_id(std::string_view text, std::uint32_t& number) noexcept {
  if (!text.starts_with(kThreadId)) return 0;
  const char* const digits = text.data() + kThreadId.size();
  const char* const end = text.data() + text.size();
  std::uint32_t read = 0;
  const auto [stop, error] = std::from_chars(digits, end, read);
  if (error != std::errc() || stop == end || *stop != ')') return 0;
  number = read;
  return static_cast<std::size_t>(stop + 1 - text.data());
}

void FmtHeadReader::read_thread(std::string_view line, FmtHead& head) {
  const std::string_view rest = line.substr(head.length);
  std::size_t name = 0;  // its length, padding and the blank behind it included
  std::size_t id = read_thread_id(rest, head.thread);
  if (id == 0) {
    name = name_before_id(rest);
    if (name > 0) id = read_thread_id(rest.substr(name), head.thread);
  }
  const std::string_view behind = rest.substr(name + id);
  if (begins_with_tokio_word(behind.substr(id > 0 && behind.starts_with(' ') ? 1 : 0))) {
    has_ids_ = id > 0;
  }
  if (id == 0) name = bare_name_length(rest);
  const std::string_view padded = rest.substr(0, name > 0 ? name - 1 : 0);
  head.thread_name = padded.substr(std::min(padded.find_first_not_of(' '), padded.size()));
  head.length += name + id;
  if (id > 0 && line.substr(head.length).starts_with(' ')) ++head.length;
}

// The length of a thread's name at the front of `text`, with its padding and the blank behind
// it, where an id follows. 0: there is none. In a log with ids the first one is the thread's,
// whatever the name in front of it holds: `actix-rt|system:0|arbiter:0`, `grpc: 1`. Else a
// message may tell an id, too, so the name must be plain, or Tokio's own words follow the id.
std::size_t FmtHeadReader::name_before_id(std::string_view text) const {
  const std::size_t blank = text.find(" ThreadId(");
  if (blank == std::string_view::npos) return 0;
  std::uint32_t ignored = 0;
  const std::size_t id = read_thread_id(text.substr(blank + 1), ignored);
  if (id == 0) return 0;
  const std::string_view name = text.substr(0, blank);
  const std::string_view behind = text.substr(blank + 1 + id);
  const bool is_tokios = behind.starts_with(' ') && begins_with_tokio_word(behind.substr(1)) &&
                         name.find('"') == std::string_view::npos;
  const bool is_plain = name.find_first_of("{:=\"") == std::string_view::npos;
  return has_ids_ || is_tokios || is_plain ? blank + 1 : 0;
}

// The length of a thread's name at the front of `text`, where no id follows it, with its
// padding and the blank behind it. 0: there is none.
std::size_t FmtHeadReader::bare_name_length(std::string_view text) {
  if (names_ == Names::kNone) return 0;
  if (const auto word = tokio_word(text)) {
    names_ = *word == 0 ? Names::kNone : Names::kAll;
    if (*word == 0) return 0;
    const std::string_view padded = text.substr(0, *word - 1);
    const std::string_view name =
        padded.substr(std::min(padded.find_first_not_of(' '), padded.size()));
    const auto known = std::find(known_names_.begin(), known_names_.end(), name);
    constexpr std::size_t kNamesKept = 64;
    if (known == known_names_.end() && known_names_.size() < kNamesKept) {
      known_names_.emplace_back(name);
    }
    return *word;
  }
  if (names_ == Names::kUnknown) return 0;
  const std::size_t padding = std::min(text.find_first_not_of(' '), text.size());
  const std::string_view rest = text.substr(padding);
  for (const std::string& name : known_names_) {
    if (rest.starts_with(name) && rest.substr(name.size()).starts_with(' ')) {
      return padding + name.size() + 1;
    }
  }
  const std::size_t blank = rest.find(' ');
  return blank == std::string_view::npos ? 0 : padding + blank + 1;
}

}  // namespace ari::replay
