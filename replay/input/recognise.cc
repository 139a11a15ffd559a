// How it is decided: the lines up to the first that is surely of one format, and a few
// more behind it, vote. JSON's formats and text cannot be mistaken for each other; text
// without spans can be another logger's, so it only counts while nothing speaks for that.
#include "replay/input/recognise.h"

#include <algorithm>

#include "replay/input/ari_jsonl.h"
#include "replay/input/ari_text.h"
#include "replay/input/console_recording.h"

namespace ari::replay {

namespace {

// Lines that vote after the first that any format claims.
constexpr int kVoters = 64;

// The next line of `rest`, taken off it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t lf = rest.find('\n');
  std::string_view line = rest.substr(0, lf);
  rest.remove_prefix(lf == std::string_view::npos ? rest.size() : lf + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Whether the line is one of tracing_subscriber::fmt's: `NAME{FIELDS}: ` after the level,
// without an id, or the same as JSON.
bool is_fmt_line(std::string_view line) {
  if (line.starts_with("{\"timestamp\":")) return true;
  const std::size_t brace = line.find('{');
  if (brace == std::string_view::npos || brace == 0 || line[brace - 1] == ']') return false;
  return line.find("}: ", brace) != std::string_view::npos ||
         line.find("}:", brace) != std::string_view::npos;
}

struct Votes {
  int jsonl = 0;
  int console = 0;
  int text_spans = 0;
  int text_events = 0;
  int fmt = 0;

  int all() const { return jsonl + console + text_spans + text_events; }
};

void vote(std::string_view line, Votes& votes) {
  if (AriJsonlReader::recognises(line)) {
    ++votes.jsonl;
  } else if (ConsoleRecordingReader::recognises(line)) {
    ++votes.console;
  } else if (const auto likeness = AriTextReader::likeness(line);
             likeness == AriTextReader::Likeness::kSpan) {
    ++votes.text_spans;
  } else if (is_fmt_line(line)) {
    ++votes.fmt;
  } else if (likeness == AriTextReader::Likeness::kEvent) {
    ++votes.text_events;
  }
}

std::string hint(std::string_view beginning, const Votes& votes) {
  if (votes.fmt > 0) {
    return "it looks like the output of tracing_subscriber::fmt, which does not tell span ids";
  }
  if (beginning.starts_with("\x1f\x8b")) return "it is compressed with gzip: decompress it first";
  if (beginning.find('\0') != std::string_view::npos) return "it is a binary file";
  return "";
}

}  // namespace

Recognised recognise(std::string_view beginning, bool complete) {
  Votes votes;
  int voters = 0;
  for (std::string_view rest = beginning; !rest.empty() && voters < kVoters;) {
    if (!complete && rest.find('\n') == std::string_view::npos) break;
    vote(take_line(rest), votes);
    if (votes.all() > 0) ++voters;
  }
  const bool settled = voters == kVoters;
  const bool events_only = votes.text_spans == 0;
  const int text = votes.fmt > 0 && events_only ? 0 : votes.text_spans + votes.text_events;
  const int most = std::max({votes.jsonl, votes.console, text});
  if (most == 0) return {nullptr, "", {}, settled, hint(beginning, votes)};
  if (votes.jsonl == most) {
    return {std::make_unique<AriJsonlReader>(), "ari JSONL", AriJsonlReader::kFacts, settled, ""};
  }
  if (votes.console == most) {
    return {std::make_unique<ConsoleRecordingReader>(), "console recording",
            ConsoleRecordingReader::kFacts, settled, ""};
  }
  return {std::make_unique<AriTextReader>(), "ari text", AriTextReader::kFacts, settled, ""};
}

}  // namespace ari::replay
