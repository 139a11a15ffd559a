// A line that is cut, or that another was written into, leaves a piece with its head, which has an
// instant and is told as a loss, and pieces without. Of those, ones that matter are known by what
// they hold: a span's fields and their end, the word behind it, a waker's fields. Only at the
// beginning of a file may a piece stand without its head.
#include "replay/input/other_line.h"

#include <algorithm>
#include <array>

#include "replay/input/digits.h"
#include "replay/input/line_number.h"
#include "replay/input/problems.h"

namespace ari::replay {

namespace {

// What lines about spans, wakers and resources hold.
constexpr std::array<std::string_view, 9> kPieces = {
    "runtime.spawn", "runtime.resource", "runtime::resource", "tokio::task: ", "tokio::task::waker",
    "waker.",        "task.id",          "loc.line",          "time.busy"};
constexpr std::array<std::string_view, 4> kWords = {": new", ": enter", ": exit", ": close"};
constexpr std::array<std::string_view, 5> kLevels = {" TRACE ", " DEBUG ", " INFO ", " WARN ",
                                                     " ERROR "};

bool holds(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

// Whether `text` and the line end in the same letters, as far as both go.
bool ends_alike(std::string_view line, std::string_view text) {
  return line.ends_with(text) || text.ends_with(line);
}

// Whether a level stands behind what may be an instant: a log line begins within this one.
bool holds_beginning(std::string_view text) {
  return std::any_of(kLevels.begin(), kLevels.end(), [&](std::string_view level) {
    const std::size_t at = text.find(level);
    if (at == std::string_view::npos) return false;
    const std::size_t front = text.substr(0, at).find_last_not_of(' ');
    return front == std::string_view::npos || is_digit(text[front]) || text[front] == 'Z' ||
           text[front] == 's';
  });
}

// Of the first line of a file, which may be the rest of one, only what looks like words is sure.
bool may_be_rest(const Line& line, std::string_view text) {
  return line_in_file(line.number) == 1 && !holds(text, " ");
}

}  // namespace

bool is_other_text(const Line& line, std::string_view plain, bool fields_at_end) {
  constexpr std::string_view kInPretty = "    ";  // of `at`, `on` and `in`
  if (may_be_rest(line, plain) || (fields_at_end && holds(plain, "="))) return false;
  // What was being written when the log ended may have been a log line.
  const bool may_begin = !plain.empty() && (is_digit(plain[0]) || plain[0] == ' ');
  if (!line.ended && (may_begin || line.text.starts_with('\x1b'))) return false;
  const auto held = [&](std::string_view piece) { return holds(plain, piece); };
  if (std::any_of(kPieces.begin(), kPieces.end(), held) || held("}:")) return false;
  const auto at_end = [&](std::string_view word) { return ends_alike(plain, word); };
  if (std::any_of(kWords.begin(), kWords.end(), at_end)) return false;
  for (const std::string_view word : {"at ", "on ", "in "}) {
    if (plain.starts_with(kInPretty) && plain.substr(kInPretty.size()).starts_with(word)) {
      return false;
    }
  }
  return !holds_beginning(plain);
}

bool is_other_than_json(const Line& line) {
  const std::string_view text = line.text;
  if (text.starts_with('{') || may_be_rest(line, text)) return false;
  const auto held = [&](std::string_view piece) { return holds(text, piece); };
  if (held("\":") || held("{\"") || held("\"}") || held("\"timestamp")) return false;
  return is_other_text({line.number, text, true}, text);
}

LineUse leave_json(const Line& line, const Fault& fault, Coverage& coverage) {
  if (is_other_than_json(line)) return LineUse::kOther;
  if (line.text.starts_with('{')) {
    note_problem(coverage, Severity::kDataLoss, line, fault.offset, fault.message);
  } else {
    note_problem(coverage, Severity::kInfo, line, fault.offset, "not a log line: " + fault.message);
  }
  return LineUse::kSkipped;
}

}  // namespace ari::replay
