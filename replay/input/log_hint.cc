#include "replay/input/log_hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "replay/input/digits.h"
#include "replay/input/fmt_head.h"
#include "replay/input/fmt_stamp.h"
#include "replay/input/json_cursor.h"
#include "replay/input/line_text.h"
#include "replay/input/sgr.h"
#include "replay/input/timestamp.h"

namespace ari::replay {

namespace {

constexpr std::size_t kLines = 64;   // that are looked at
constexpr std::size_t kFront = 256;  // bytes of a line in which a log may begin
constexpr std::size_t kLongestTime = 48;
constexpr std::size_t kShown = 48;  // bytes of a piece of a line that are quoted
// Of the lines, at least one in so many has to look alike. Pretty tells instants on one in four.
constexpr std::size_t kOneIn = 6;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

struct PlainLine {
  std::uint64_t number = 0;  // from 1
  std::string_view raw;
  std::string text;  // without colours
};

// The first lines that are not empty.
std::vector<PlainLine> first_lines(std::string_view rest) {
  std::vector<PlainLine> lines;
  for (std::uint64_t number = 1; !rest.empty() && lines.size() < kLines; ++number) {
    std::string_view raw = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(raw.size() + 1, rest.size()));
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    PlainLine line{number, raw, {}};
    strip_colour(raw, line.text);
    if (line.text.find_first_not_of(" \t") != std::string::npos) lines.push_back(std::move(line));
  }
  return lines;
}

bool are_enough(std::size_t found, std::size_t lines) {
  return found * kOneIn >= lines && found > (lines > kOneIn ? 1U : 0U);
}

// Without what could drive a terminal, and not longer than one wants to read.
std::string quoted(std::string_view text) {
  std::string shown(text.substr(0, kShown));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = c == '\t' ? ' ' : '?';
  }
  return fmt::format("\"{}{}\"", shown, text.size() > kShown ? "..." : "");
}

// ---- a log behind a prefix

// Where behind its beginning a log's line begins; 0: nowhere.
std::size_t prefix_length(std::string_view line, FormatOfLine format_of) {
  for (std::size_t at = 1; at < std::min(line.size(), kFront); ++at) {
    if (is_digit(line[at - 1]) || is_letter(line[at - 1])) continue;
    const std::string_view rest = line.substr(at);
    if (rest[0] == '{') {
      if (!format_of(rest).empty()) return at;
      continue;
    }
    FmtStampReader stamps;
    std::int64_t ignored = 0;
    const std::size_t stamp = stamps.read(rest, ignored);
    if (stamp == 0 || !read_fmt_level(rest.substr(stamp))) continue;
    // `2026/11/23 12:34:17` is a time in another form.
    if (stamps.clock() == FmtClock::kTimeOfDay && has_digit(line.substr(0, at))) continue;
    if (!format_of(rest).empty()) return at;
  }
  return 0;
}

std::size_t count(std::string_view text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

// Whether all prefixes end in `end`, and have as many of `c` in them as the first one.
bool all_end_in(const std::vector<std::string_view>& prefixes, std::string_view end, char c) {
  return std::all_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
    return prefix.ends_with(end) && count(prefix, c) == count(prefixes[0], c);
  });
}

// A command that takes prefixes such as these away; empty: none that is short.
std::string command_for(const std::vector<std::string_view>& prefixes) {
  const std::string_view first = prefixes[0];
  if (all_end_in(prefixes, "| ", '|') && count(first, '|') == 1) return "sed 's/^[^|]*| //'";
  if (first.find_first_not_of(' ') == std::string_view::npos) {
    return fmt::format("cut -b {}-", first.size() + 1);  // Pretty's own blanks stay
  }
  if (all_end_in(prefixes, " ", ' ')) {
    return fmt::format("cut -d ' ' -f {}-", count(first, ' ') + 1);
  }
  if (all_end_in(prefixes, ":", ':')) return fmt::format("cut -d : -f {}-", count(first, ':') + 1);
  if (all_end_in(prefixes, "\t", '\t')) return fmt::format("cut -f {}-", count(first, '\t') + 1);
  return "";
}

std::string behind_prefix(const std::vector<PlainLine>& lines, FormatOfLine format_of) {
  std::vector<std::string_view> prefixes;
  std::string says;
  for (const PlainLine& line : lines) {
    const std::string_view text = line.text;
    const std::size_t length = prefix_length(text, format_of);
    if (length == 0) continue;
    prefixes.push_back(text.substr(0, length));
    if (!says.empty()) continue;
    says = fmt::format("line {} goes on as {} in column {}, behind a prefix ({})", line.number,
                       format_of(text.substr(length)), coloured_offset(line.raw, length) + 1,
                       quoted(prefixes[0]));
  }
  if (prefixes.empty() || !are_enough(prefixes.size(), lines.size())) return "";
  const std::string command = command_for(prefixes);
  return says + ": take such prefixes away first, for example with " +
         (command.empty() ? "sed" : command);
}

// ---- a log inside of JSON

// The key under which a line of JSON has a log's line; empty: none. `is_ended`: whether the
// line end is part of it.
std::string key_of_log(std::string_view line, FormatOfLine format_of, bool& is_ended) {
  std::string found;
  LineText room;
  JsonCursor json(line, room);
  const auto member = [&](std::string_view key) {
    if (json.peek() != '"') return json.skip();
    const std::string name(key);
    std::string_view text;
    if (!json.string(key, text)) return false;
    const bool ended = text.ends_with('\n');
    if (found.empty() && !format_of(text.substr(0, text.size() - (ended ? 1 : 0))).empty()) {
      found = name;
      is_ended = ended;
    }
    return true;
  };
  return json.object("", member) ? found : "";
}

std::string inside_json(const std::vector<PlainLine>& lines, FormatOfLine format_of) {
  std::string first;
  bool is_ended = false;
  std::size_t found = 0;
  for (const PlainLine& line : lines) {
    if (!line.text.starts_with('{')) continue;
    const std::string key = key_of_log(line.raw, format_of, is_ended);
    if (key.empty()) continue;
    if (first.empty()) first = key;
    found += key == first ? 1 : 0;
  }
  const bool is_plain = std::all_of(first.begin(), first.end(),
                                    [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
  if (first.empty() || !is_plain || !are_enough(found, lines.size())) return "";
  return fmt::format(
      "its lines are JSON with the lines of a log under \"{0}\": take those out "
      "first, for example with jq -{1} .{0}",
      first, is_ended ? 'j' : 'r');
}

// ---- times

// The time that a line begins with in a form that is not read; empty: there is none.
std::string_view strange_time(std::string_view line) {
  constexpr std::string_view kJson = "{\"timestamp\":\"";
  std::int64_t ignored = 0;
  if (line.starts_with(kJson)) {
    const std::string_view time =
        line.substr(kJson.size(), line.find('"', kJson.size()) - kJson.size());
    return FmtStampReader().read(time, ignored) == time.size() ? std::string_view() : time;
  }
  for (std::size_t at = 1; at < std::min(line.size(), kLongestTime); ++at) {
    if (!read_fmt_level(line.substr(at))) continue;
    const std::string_view time = line.substr(0, at);
    const bool is_time = has_digit(time) || time == "<unknown time>";
    return is_time && FmtStampReader().read(time, ignored) != time.size() ? time
                                                                          : std::string_view();
  }
  return {};
}

std::string strange_times(const std::vector<PlainLine>& lines) {
  std::string_view first;
  std::size_t found = 0;
  for (const PlainLine& line : lines) {
    const std::string_view time = strange_time(line.text);
    if (time.empty()) continue;
    if (first.empty()) first = time;
    ++found;
  }
  if (found == 0 || !are_enough(found, lines.size())) return "";
  return fmt::format(
      "its times are written as {}, expected RFC 3339, a date and a time as in "
      "\"2026-11-23 12:34:17.946\", a time of day, seconds since 1970 or an uptime",
      quoted(first));
}

// ---- lines that lack something

std::string lack(std::string_view line) {
  const bool has_level = line.starts_with("TRACE ") || line.starts_with("DEBUG ") ||
                         line.starts_with(" INFO ") || line.starts_with("{\"level\":");
  if (has_level)
    return "its lines have no timestamps, without which nothing can be measured: leave out "
           ".without_time() where the program builds its subscriber";
  // As with_level(false) leaves them.
  std::int64_t ignored = 0;
  const bool has_instant =
      TimestampReader().read(line, ignored) > 0 || line.starts_with("{\"timestamp\":");
  const auto has = [&](std::string_view text) { return line.find(text) != std::string_view::npos; };
  if (has_instant && has("runtime.") && !has("TRACE") && !has("\"level\"")) {
    return "its lines have no levels, which tell the formats apart: leave out .with_level(false) "
           "where the program builds its subscriber";
  }
  return "";
}

// ---- fmt's JSON without anything by which it could be told from other JSON

std::string bare_json(const std::vector<PlainLine>& lines) {
  const auto has = [](const PlainLine& line, std::string_view key) {
    return line.text.find(key) != std::string::npos;
  };
  const auto bare = static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [&](const PlainLine& line) {
        return line.text.starts_with(R"({"timestamp":")") && has(line, R"(,"level":")") &&
               has(line, R"(,"message":)") && !has(line, R"("fields":)") &&
               !has(line, R"("target":)");
      }));
  if (!are_enough(bare, lines.size())) return "";
  return "its lines look like fmt's JSON with .flatten_event(true) and .with_target(false), which "
         "leave nothing to tell events by: leave out one of the two";
}

// ---- env_logger: `[2026-11-23T12:34:17Z TRACE tokio::task] message`

std::string by_env_logger(const std::vector<PlainLine>& lines) {
  const auto found = std::count_if(lines.begin(), lines.end(), [](const PlainLine& line) {
    const std::string_view text = line.text;
    if (!text.starts_with('[') || text.find("] ") == std::string_view::npos) return false;
    std::int64_t ignored = 0;
    const std::size_t stamp = TimestampReader().read(text.substr(1), ignored);
    return stamp > 0 && text.substr(1 + stamp).starts_with(' ');
  });
  if (!are_enough(static_cast<std::size_t>(found), lines.size())) return "";
  return "its lines are env_logger's, which knows no spans, so they tell nothing of tasks: log "
         "with tracing_subscriber::fmt().with_max_level(Level::TRACE)"
         ".with_span_events(FmtSpan::FULL).init() instead";
}

}  // namespace

std::string log_hint(std::string_view beginning, FormatOfLine format_of) {
  if (beginning.find('\0') != std::string_view::npos) return "it is a binary file";
  std::string hint = lack(beginning.substr(0, beginning.find('\n')));
  if (!hint.empty()) return hint;
  const std::vector<PlainLine> lines = first_lines(beginning);
  hint = bare_json(lines);
  if (hint.empty()) hint = by_env_logger(lines);
  if (hint.empty()) hint = inside_json(lines, format_of);
  if (hint.empty()) hint = behind_prefix(lines, format_of);
  if (hint.empty()) hint = strange_times(lines);
  return hint;
}

}  // namespace ari::replay
