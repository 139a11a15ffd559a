#include "replay/input/fmt_full.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/fmt_body.h"
#include "replay/input/fmt_scope.h"
#include "replay/input/fmt_text_line.h"
#include "replay/input/problems.h"

namespace ari::replay {

LineUse FmtFullReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  FmtTextLine text(line, plain_);
  FmtHead head;
  FmtLine fmt;
  Fault fault;
  if (!parse(text.plain(), head, fmt, fault)) return text.skip(fault, head.length > 0, coverage);
  if (!text.is_whole(coverage)) return LineUse::kSkipped;
  records_.deliver(fmt, line, sink, coverage);
  return LineUse::kUsed;
}

bool FmtFullReader::recognises(std::string_view line) {
  FmtHead head;
  if (!FmtHeadReader().read(line, head)) return false;
  const std::string_view rest = line.substr(head.length);
  std::size_t last = 0;
  const std::size_t scope = fmt_scope_length(rest, last);
  return scope > 0 && rest.substr(0, scope).find("}:") != std::string_view::npos;
}

bool FmtFullReader::parse(std::string_view line, FmtHead& head, FmtLine& fmt, Fault& fault) {
  if (!heads_.read(line, head)) {
    fault = FmtHeadReader::fault(line, head.length);
    return false;
  }
  fmt.at_unix_ns = head.at_unix_ns;
  fmt.clock = head.clock;
  fmt.step_ns = head.step_ns;
  fmt.level = head.level;
  fmt.thread = head.thread;
  fmt.thread_name = head.thread_name;
  const std::string_view rest = line.substr(head.length);
  if (parse_word(rest, fmt) || parse_event(rest, fmt)) return true;
  fault = {head.length, fmt::format("expected spans as NAME{{FIELDS}}: or an event as TARGET: "
                                    "MESSAGE FIELDS, found {}",
                                    found_at(line, head.length))};
  return false;
}

// A line about a span, read from its end: the word, the place in the source, the target;
// what is left is the scope.
bool FmtFullReader::parse_word(std::string_view rest, FmtLine& fmt) {
  std::size_t end = 0;
  fmt.word = fmt_word_at_end(rest, end);
  if (fmt.word == FmtWord::kEvent || end < 2 || rest[end - 1] != ' ' || rest[end - 2] != ':') {
    fmt.word = FmtWord::kEvent;
    return false;
  }
  std::string_view front = rest.substr(0, end - 2);  // without ": "
  std::size_t piece = front.rfind(": ");
  if (piece != std::string_view::npos &&
      fmt_place_length(rest.substr(piece + 2)) == end - piece - 2) {
    front = front.substr(0, piece);
    piece = front.rfind(": ");
  }
  const bool has_target =
      piece != std::string_view::npos && targets_.may_be(front.substr(piece + 2));
  if (front.starts_with("runtime.")) targets_.learn(has_target);
  if (has_target) fmt.target = front.substr(piece + 2);
  fmt.span = rest.substr(0, has_target ? piece + 1 : front.size() + 1);
  // `app: new` is an event, unless there are no targets at all.
  const bool bare = !has_target && targets_.told() != false && !front.ends_with('}');
  if (!bare && is_scope(rest, fmt.span, fmt.thread)) {
    if (fmt.word == FmtWord::kClose) fmt.times = fmt_close_times(rest.substr(end), kFmtList);
    return true;
  }
  fmt.word = FmtWord::kEvent;
  return false;
}

// Whether the line `rest` can begin with this scope: `app: created: new` is an event.
bool FmtFullReader::is_scope(std::string_view rest, std::string_view scope, std::uint32_t thread) {
  FmtSpans& spans = records_.spans();
  if (spans.alike(scope) != kNoSlot) return true;
  std::size_t last = 0;
  const std::size_t length = fmt_scope_length(rest, last);
  if (length == scope.size()) return true;
  // A value may hold a brace and a colon: if no target follows the scope that seems to end there,
  // as one would in an event's line, it goes on.
  if (length > 0 && length < scope.size() && scope.ends_with("}:") && targets_.told() == true) {
    const std::string_view behind = rest.substr(std::min(length + 1, rest.size()));
    if (!targets_.may_be(behind.substr(0, behind.find(": ")))) return true;
  }
  // What is new in it may be hard to cut, if a value holds braces.
  const FmtSlot around =
      spans.innermost_if(thread, [&](FmtSlot slot) { return scope.starts_with(spans.text(slot)); });
  const std::size_t known = around != kNoSlot ? spans.text(around).size() : 0;
  const std::string_view own = scope.substr(known);
  return !own.starts_with(' ') && own.find(": ") == std::string_view::npos;
}

bool FmtFullReader::parse_event(std::string_view rest, FmtLine& fmt) {
  const std::size_t scope = scope_length(rest, fmt.thread);
  fmt.span = rest.substr(0, scope);
  if (scope > 0) rest.remove_prefix(std::min(scope + 1, rest.size()));
  fmt.target = targets_.take(rest);
  if (fmt.target.empty() && scope == 0 && targets_.told() != false) return false;
  rest.remove_prefix(fmt_place_length(rest));
  fields_.clear();
  room_.start(rest.size());
  read_fmt_event_fields(rest, kFmtList, room_, fields_);
  fmt.fields = fields_;
  return true;
}

// The length of the scope that an event's line begins with.
std::size_t FmtFullReader::scope_length(std::string_view rest, std::uint32_t thread) {
  FmtSpans& spans = records_.spans();
  const auto is_scope = [&](FmtSlot slot) {
    const std::string& text = spans.text(slot);
    return rest.starts_with(text) && (rest.size() == text.size() || rest[text.size()] == ' ');
  };
  const FmtSlot entered = spans.innermost_if(thread, is_scope);
  if (entered != kNoSlot) return spans.text(entered).size();
  std::size_t last = 0;
  return fmt_scope_length(rest, last);
}

// Only the last span of the text is new: the others are those around it, which are
// known, unless their beginning is not in the log.
void FmtFullReader::describe(std::string_view text, std::uint32_t thread, FmtSpans& spans,
                             FmtSpanText& says) {
  std::size_t known = 0;
  for (const FmtSlot around : {spans.current(thread), spans.last_made(thread)}) {
    if (around == kNoSlot) continue;
    const std::string& scope = spans.text(around);
    if (scope.size() < text.size() && text.starts_with(scope))
      known = std::max(known, scope.size());
  }
  std::size_t last = 0;
  const std::string_view rest = text.substr(known);
  if (fmt_scope_length(rest, last) != rest.size()) last = 0;
  says.parent_told = true;
  says.parent = text.substr(0, known + last);
  std::string_view own = rest.substr(last);
  if (own.ends_with(':')) own.remove_suffix(1);
  const std::size_t brace = own.find('{');
  says.name = own.substr(0, brace);
  if (brace == std::string_view::npos) return;
  own.remove_prefix(brace + 1);
  if (own.ends_with('}')) own.remove_suffix(1);
  says.room.start(own.size());
  read_span_fields(own, kFmtList, says.room, says.fields);
}

}  // namespace ari::replay
