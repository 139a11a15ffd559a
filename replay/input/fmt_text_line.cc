#include "replay/input/fmt_text_line.h"

#include <fmt/format.h>

#include "replay/input/other_line.h"
#include "replay/input/problems.h"
#include "replay/input/utf8.h"

namespace ari::replay {

namespace {

// Pretty prints two blanks in front of its first colour, and four in front of others.
bool has_colour_in_front(std::string_view line) {
  const std::size_t blanks = line.find_first_not_of(' ');
  return blanks != std::string_view::npos && is_coloured(line.substr(blanks));
}

// Whether a field's name is in colour. A plain layer prints the fields of spans as the layer
// that first saw them wrote them, which may be a coloured one for the terminal.
bool has_coloured_field(std::string_view line) {
  if (line.find('\x1b') == std::string_view::npos) return false;
  for (const std::string_view behind_name : {"\x1b[0m\x1b[2m=\x1b[0m", "\x1b[0m: "}) {
    if (line.find(behind_name) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

FmtTextLine::FmtTextLine(const Line& line, std::string& room)
    : line_(line),
      coloured_(has_colour_in_front(line.text) || has_coloured_field(line.text)),
      plain_(line.text) {
  if (!coloured_) return;
  strip_colour(line.text, room);
  plain_ = room;
}

LineUse FmtTextLine::skip(const Fault& fault, bool is_ours, Coverage& coverage, bool fields_at_end,
                          bool may_be_rest) const {
  if (!is_ours && !may_be_rest && is_other_text(line_, plain_, fields_at_end))
    return LineUse::kOther;
  // fmt prints the line ends that are in names and messages as they are.
  constexpr std::string_view kNotOurs =
      "not a log line, or the rest of one in which a value holds a line end: ";
  note(is_ours ? Severity::kDataLoss : Severity::kInfo,
       {fault.offset, (is_ours ? "" : std::string(kNotOurs)) + fault.message}, coverage);
  return LineUse::kSkipped;
}

bool FmtTextLine::is_whole(Coverage& coverage) const {
  if (!line_.ended) {
    note(Severity::kDataLoss,
         {plain_.size(), "expected a line end, found the end of the input: the line may be cut"},
         coverage);
    return false;
  }
  if (const std::size_t invalid = first_invalid_utf8(plain_); invalid != kValidUtf8) {
    note(Severity::kInfo,
         {invalid,
          fmt::format("expected UTF-8, found {}: kept as it is", found_at(plain_, invalid))},
         coverage);
  }
  return true;
}

void FmtTextLine::note(Severity severity, const Fault& fault, Coverage& coverage) const {
  const std::size_t before = coverage.problems.size();
  const Line shown{line_.number, plain_, line_.ended};
  note_problem(coverage, severity, shown, fault.offset, fault.message);
  // The excerpt reads better without colours, but the column is the file's.
  if (coloured_ && coverage.problems.size() > before) {
    coverage.problems.back().column = coloured_offset(line_.text, fault.offset) + 1;
  }
}

}  // namespace ari::replay
