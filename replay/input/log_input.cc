#include "replay/input/log_input.h"

#include <fmt/format.h>

#include "replay/input/line_number.h"
#include "replay/input/problems.h"

namespace ari::replay {

namespace {

// How much of the beginning is searched until enough lines of a known format have been
// seen; and until one has.
constexpr std::size_t kLook = std::size_t{1} << 20;
constexpr std::size_t kLongestLook = std::size_t{64} << 20;

// Some editors put U+FEFF in front of a text. It is no part of the first line.
std::string_view without_byte_order_mark(std::string_view text) {
  return text.substr(text.starts_with("\xef\xbb\xbf") ? 3 : 0);
}

Error not_a_log(const std::string& name, const std::string& hint) {
  std::string message =
      name +
      ": expected a log (ari JSONL, ari text, a console recording or the output of "
      "tracing_subscriber::fmt), found none";
  if (!hint.empty()) message += ": " + hint;
  return Error{std::move(message)};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::string name_of_input(const std::string& path) { return path == "-" ? "standard input" : path; }

// Looks at more and more of the beginning until the format is clear. Input that comes
// bit by bit, as from a program that is still running, is waited for no longer than that.
bool LogInput::look_at_beginning() {
  for (std::size_t look = 1;;) {
    const std::string_view beginning = lines_.peek(look);
    const bool all = beginning.size() < look;
    const bool complete = all && !lines_.may_grow();
    recogniser_.look(without_byte_order_mark(beginning), complete);
    if (complete || recogniser_.has_settled() || beginning.size() >= kLongestLook) return true;
    if (recogniser_.has_found() && beginning.size() >= kLook) return true;
    // Who follows a log wants to see what there is.
    if (all) return recogniser_.is_certain();
    // A long line is searched for its end again with each look, so there are few.
    look = beginning.size() < 16384 ? beginning.size() + 1 : beginning.size() * 2;
  }
}

std::optional<Error> LogInput::recognise() {
  const std::string name = name_of_input(path_);
  const std::size_t size = lines_.peek(looked_at_ + 1).size();
  if (lines_.may_grow() && size == looked_at_) return std::nullopt;
  if (size == 0)
    return Error{name + ": " + (source_.fault().empty() ? "is empty" : source_.fault())};
  const bool is_clear = look_at_beginning();
  beginning_ = without_byte_order_mark(lines_.peek(1));
  if (is_clear) {
    format_ = recogniser_.result(beginning_);
    if (format_.reader == nullptr) return not_a_log(name, format_.hint);
    is_recognised_ = true;
  }
  looked_at_ = lines_.peek(1).size();
  return std::nullopt;
}

void LogInput::set_file(std::size_t file) {
  file_ = file;
  lines_.number_after(lines_of_file(file));
}

void LogInput::read_all(Reader& reader, RecordSink& sink, Coverage& coverage) {
  while (next_line()) {
    read_line(reader, sink, coverage);
    const ReadLines more = reader.read_simple(lines_.rest(), lines_.next_number(), sink, coverage);
    lines_.pass_over(more.count, more.bytes);
    coverage.lines += more.count;
    coverage.bytes_read += more.bytes;
    coverage.bytes_used += more.bytes;
  }
}

void LogInput::read_line(Reader& reader, RecordSink& sink, Coverage& coverage) {
  Line& line = cut_.line;
  if (line_in_file(line.number) == 1) line.text = without_byte_order_mark(line.text);
  LineUse use = LineUse::kSkipped;
  if (cut_.too_long) {
    note_problem(coverage, Severity::kDataLoss, line, 0,
                 fmt::format("expected a line of at most {} MiB, found one of {} bytes",
                             LineCutter::kLongestLine >> 20, cut_.bytes));
  } else if (is_blank(line.text)) {
    reader.pause(false, sink, coverage);
    use = LineUse::kUsed;
  } else {
    use = reader.read(line, sink, coverage);
  }
  if (use == LineUse::kSkipped) return leave_line(coverage);
  if (use == LineUse::kOther) return pass_other(coverage);
  ++coverage.lines;
  coverage.bytes_read += cut_.bytes;
  coverage.bytes_used += cut_.bytes;
}

void LogInput::leave_line(Coverage& coverage) const {
  ++coverage.lines;
  ++coverage.lines_skipped;
  coverage.bytes_read += cut_.bytes;
  coverage.bytes_skipped += cut_.bytes;
  if (!cut_.line.ended) {
    coverage.torn = true;
  } else if (line_in_file(cut_.line.number) != 1) {
    ++coverage.lines_skipped_within;
  }
}

void LogInput::pass_other(Coverage& coverage) const {
  if (coverage.lines_other == 0) coverage.first_other_line = cut_.line.number;
  ++coverage.lines;
  ++coverage.lines_other;
  coverage.bytes_read += cut_.bytes;
  coverage.bytes_other += cut_.bytes;
}

void LogInput::note_fault(Coverage& coverage) const {
  if (source_.fault().empty()) return;
  coverage.torn = true;
  note_problem(coverage, Severity::kDataLoss, Line{lines_of_file(file_), {}, true},
               "the input ends before its time: " + source_.fault());
}

}  // namespace ari::replay
