#include "replay/input/fmt_compact.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/fmt_body.h"
#include "replay/input/fmt_scope.h"
#include "replay/input/fmt_text_line.h"
#include "replay/input/problems.h"

namespace ari::replay {

namespace {

// A span's text and its two halves.
struct Halves {
  std::string_view names;
  std::string_view fields;
};

Halves halves_of(std::string_view text) {
  const std::size_t lf = text.find('\n');
  return {text.substr(0, lf), lf == std::string_view::npos ? "" : text.substr(lf + 1)};
}

// Whether `fields` begin with those of a span around, and what is behind them.
bool begins_with(std::string_view fields, std::string_view around, std::string_view& rest) {
  if (!fields.starts_with(around)) return false;
  rest = fields.substr(around.size());
  if (around.empty() || rest.empty()) return true;
  if (rest[0] != ' ') return false;
  rest.remove_prefix(1);
  return true;
}

// Whether `body` ends in these fields, and where what is in front of them ends.
bool ends_with(std::string_view body, std::string_view fields, std::size_t& front) {
  if (!body.ends_with(fields)) return false;
  front = body.size() - fields.size();
  if (fields.empty() || front == 0) return true;
  return body[--front] == ' ';
}

// Where the fields of Tokio's spans begin in `body`, should none of these spans be known.
std::size_t tokio_fields(std::string_view names, std::string_view body) {
  const std::string_view first = names.starts_with("runtime.spawn:")      ? "kind="
                                 : names.starts_with("runtime.resource:") ? "concrete_type="
                                                                          : "";
  if (first.empty()) return body.size();
  if (body.starts_with(first)) return 0;
  const std::size_t at = body.find(std::string(" ").append(first));
  return std::min(at, body.size());
}

bool is_tokio_chain(std::string_view names) {
  return names.starts_with("runtime.spawn:") || names.starts_with("runtime.resource:") ||
         names.starts_with("runtime.resource.async_op:");
}

}  // namespace

LineUse FmtCompactReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  FmtTextLine text(line, plain_);
  FmtHead head;
  FmtLine fmt;
  Fault fault;
  if (!parse(text.plain(), head, fmt, fault)) {
    return text.skip(fault, head.length > 0, coverage, true);
  }
  if (!text.is_whole(coverage)) return LineUse::kSkipped;
  records_.deliver(fmt, line, sink, coverage);
  return LineUse::kUsed;
}

bool FmtCompactReader::recognises(std::string_view line) {
  FmtHead head;
  if (!FmtHeadReader().read(line, head)) return false;
  return is_tokio_chain(line.substr(head.length));
}

bool FmtCompactReader::parse(std::string_view line, FmtHead& head, FmtLine& fmt, Fault& fault) {
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
  std::string_view body = line.substr(head.length);
  const std::string_view names = take_names(body, fmt.thread);
  fmt.target = targets_.take(body);
  if (is_tokio_chain(names)) targets_.learn(!fmt.target.empty());
  if (fmt.target.empty() && names.empty() && targets_.told() != false) {
    fault = {head.length, fmt::format("expected spans as NAME: or an event as TARGET: MESSAGE "
                                      "FIELDS, found {}",
                                      found_at(line, head.length))};
    return false;
  }
  body.remove_prefix(fmt_place_length(body));
  if (!parse_word(names, body, fmt)) parse_event(names, body, fmt);
  return true;
}

// The names of the line's spans at the front of `rest`, taken off it with the blank behind
// them; empty if an event's target comes first.
std::string_view FmtCompactReader::take_names(std::string_view& rest, std::uint32_t thread) {
  std::size_t last = 0;
  std::size_t length = fmt_scope_length(rest, last);
  if (length == 0) length = single_name(rest, thread);
  const std::string_view names = rest.substr(0, length);
  if (length > 0) rest.remove_prefix(std::min(length + 1, rest.size()));
  return names;
}

// The length of a single span's name at the front of `rest`, which looks like a target
// itself: it is one of Tokio's, or the thread is inside of it, or what follows is a target
// and a word about a span.
std::size_t FmtCompactReader::single_name(std::string_view rest, std::uint32_t thread) {
  const std::size_t length = rest.find(": ") + 1;
  if (length == 0) return 0;
  const std::string_view name = rest.substr(0, length);
  if (is_tokio_chain(name)) return length;
  FmtSpans& spans = records_.spans();
  const FmtSlot inside = spans.innermost_if(
      thread, [&](FmtSlot slot) { return halves_of(spans.text(slot)).names == name; });
  if (inside != kNoSlot) return length;
  std::string_view body = rest.substr(length + 1);
  std::size_t word = 0;
  const bool has_target = fmt_place_length(body) == 0 && !targets_.take(body).empty();
  body.remove_prefix(fmt_place_length(body));
  return (has_target || targets_.told() == false) &&
                 fmt_word_at_front(body, kFmtList, word) != FmtWord::kEvent
             ? length
             : 0;
}

bool FmtCompactReader::parse_word(std::string_view names, std::string_view body, FmtLine& fmt) {
  std::size_t length = 0;
  const FmtWord word = names.empty() ? FmtWord::kEvent : fmt_word_at_front(body, kFmtList, length);
  if (word == FmtWord::kEvent) return false;
  std::string_view fields = body.substr(length);
  if (fields.starts_with(' ')) fields.remove_prefix(1);
  text_.assign(names).append("\n").append(fields);
  // `new a=1` may be an event's message and field, in front of its span's fields.
  const bool is_known = records_.spans().alike(text_) != kNoSlot;
  if (!is_known && span_of_event(names, body, fmt.thread) != kNoSlot) return false;
  fmt.word = word;
  if (word == FmtWord::kClose) fmt.times = fmt_close_times(body, kFmtList);
  fmt.span = text_;
  return true;
}

void FmtCompactReader::parse_event(std::string_view names, std::string_view body, FmtLine& fmt) {
  if (!names.empty()) {
    std::size_t front = 0;
    FmtSpans& spans = records_.spans();
    const FmtSlot in = span_of_event(names, body, fmt.thread);
    const FmtSlot named = spans.innermost_if(
        fmt.thread, [&](FmtSlot slot) { return halves_of(spans.text(slot)).names == names; });
    if (in == kNoSlot && named != kNoSlot && tokio_fields(names, body) == body.size()) {
      // The message goes on in the next line, and the fields stand behind it.
      text_ = spans.text(named);
      front = body.size();
    } else if (in != kNoSlot) {
      text_ = spans.text(in);
      ends_with(body, halves_of(text_).fields, front);
    } else {
      front = tokio_fields(names, body);
      const std::string_view fields = body.substr(front);
      text_.assign(names).append("\n").append(fields.substr(fields.starts_with(' ') ? 1 : 0));
    }
    fmt.span = text_;
    body = body.substr(0, front);
  }
  fields_.clear();
  room_.start(body.size());
  read_fmt_event_fields(body, kFmtList, room_, fields_);
  fmt.fields = fields_;
}

// The span with these names whose fields the body ends in.
FmtSlot FmtCompactReader::span_of_event(std::string_view names, std::string_view body,
                                        std::uint32_t thread) {
  FmtSpans& spans = records_.spans();
  const auto is_it = [&](FmtSlot slot) {
    const Halves span = halves_of(spans.text(slot));
    std::size_t front = 0;
    return span.names == names && ends_with(body, span.fields, front);
  };
  return spans.innermost_if(thread, is_it);
}

void FmtCompactReader::describe(std::string_view text, std::uint32_t thread, FmtSpans& spans,
                                FmtSpanText& says) {
  const Halves span = halves_of(text);
  std::string_view own = span.fields;
  std::string_view names = span.names;
  says.parent_told = true;
  for (const FmtSlot around : {spans.current(thread), spans.last_made(thread)}) {
    if (around == kNoSlot) continue;
    const Halves parent = halves_of(spans.text(around));
    if (parent.names.size() >= span.names.size() || !span.names.starts_with(parent.names)) continue;
    if (!begins_with(span.fields, parent.fields, own)) continue;
    names.remove_prefix(parent.names.size());
    says.parent = spans.text(around);
    break;
  }
  // Of those between them and this one nothing is known; nor can their fields be told.
  if (names.ends_with(':')) names.remove_suffix(1);
  says.name = names.substr(names.rfind(':') + 1);
  says.room.start(own.size());
  read_span_fields(own, kFmtList, says.room, says.fields);
}

}  // namespace ari::replay
