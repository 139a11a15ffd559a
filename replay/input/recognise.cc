// How it is decided: the lines up to the first that is of any format, and some behind it,
// vote. Of text, only a line with a span tells which format it is of.
#include "replay/input/recognise.h"

#include <algorithm>

#include "replay/input/ari_jsonl.h"
#include "replay/input/ari_text.h"
#include "replay/input/console_recording.h"
#include "replay/input/fmt_compact.h"
#include "replay/input/fmt_full.h"
#include "replay/input/fmt_json.h"
#include "replay/input/fmt_pretty.h"
#include "replay/input/log_hint.h"
#include "replay/input/sgr.h"

namespace ari::replay {

namespace {

// Lines that vote, from the first one that is surely of some format on; and how many that
// may be of several are looked at while there is none.
constexpr int kVoters = 64;
constexpr int kEvents = 1024;

// The next line of `rest`, taken off it.
std::string_view take_line(std::string_view& rest) {
  const std::size_t lf = rest.find('\n');
  std::string_view line = rest.substr(0, lf);
  rest.remove_prefix(lf == std::string_view::npos ? rest.size() : lf + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

using Format = LikelyFormat;

Format format_of(std::string_view line) {
  if (line.starts_with('{')) {
    if (AriJsonlReader::recognises(line)) return Format::kAriJsonl;
    if (FmtJsonReader::recognises(line)) return Format::kFmtJson;
  }
  if (ConsoleRecordingReader::recognises(line)) return Format::kConsole;
  std::string plain;
  if (line.find('\x1b') != std::string_view::npos) {
    strip_colour(line, plain);
    line = plain;
  }
  const AriTextReader::Likeness ari = AriTextReader::likeness(line);
  if (ari == AriTextReader::Likeness::kSpan) return Format::kAriText;
  if (FmtPrettyReader::recognises(line)) return Format::kFmtPretty;
  if (FmtFullReader::recognises(line)) return Format::kFmtFull;
  if (FmtCompactReader::recognises(line)) return Format::kFmtCompact;
  return ari == AriTextReader::Likeness::kEvent ? Format::kEvent : Format::kNone;
}

template <typename Reader>
Recognised found(std::string_view name, const Facts& facts) {
  return {std::make_unique<Reader>(), name, facts, ""};
}

Recognised reader_for(Format format) {
  switch (format) {
    case Format::kAriJsonl:
      return found<AriJsonlReader>("ari JSONL", AriJsonlReader::kFacts);
    case Format::kConsole:
      return found<ConsoleRecordingReader>("console recording", ConsoleRecordingReader::kFacts);
    case Format::kFmtJson:
      return found<FmtJsonReader>("fmt JSON", FmtRecords::kFacts);
    case Format::kFmtFull:
      return found<FmtFullReader>("fmt Full", FmtRecords::kFacts);
    case Format::kFmtCompact:
      return found<FmtCompactReader>("fmt Compact", FmtRecords::kFacts);
    case Format::kFmtPretty:
      return found<FmtPrettyReader>("fmt Pretty", FmtRecords::kFacts);
    default:
      return found<AriTextReader>("ari text", AriTextReader::kFacts);
  }
}

std::string_view name_of_format(std::string_view line) {
  const Format format = format_of(line);
  if (format == Format::kNone) return "";
  return format == Format::kEvent ? "a text log" : reader_for(format).format;
}

}  // namespace

bool Recogniser::has_settled() const noexcept {
  return voters_ == kVoters || (voters_ == 0 && events_ == kEvents);
}

void Recogniser::look(std::string_view beginning, bool complete) {
  std::string_view rest = beginning.substr(looked_at_);
  while (!rest.empty() && !has_settled()) {
    if (!complete && rest.find('\n') == std::string_view::npos) break;
    const Format format = format_of(take_line(rest));
    ++votes_[static_cast<std::size_t>(format)];
    if (format < Format::kEvent || voters_ > 0) ++voters_;
    if (format == Format::kEvent) ++events_;
  }
  looked_at_ = beginning.size() - rest.size();
}

Recognised Recogniser::result(std::string_view beginning) const {
  if (!has_found()) return {nullptr, "", {}, log_hint(beginning, name_of_format)};
  // An event may be of any text: it counts for those of which there are spans, or for ari's
  // where there are none.
  const auto most =
      std::max_element(votes_.begin(), votes_.begin() + static_cast<int>(Format::kEvent));
  const auto format = static_cast<Format>(most - votes_.begin());
  if (*most == 0) {
    return found<AriTextReader>(AriTextReader::kWithoutSpans, AriTextReader::kFacts);
  }
  return reader_for(format);
}

Recognised recognise(std::string_view beginning, bool complete) {
  Recogniser recogniser;
  recogniser.look(beginning, complete);
  return recogniser.result(beginning);
}

}  // namespace ari::replay
