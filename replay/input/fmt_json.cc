#include "replay/input/fmt_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "replay/input/fmt_body.h"
#include "replay/input/other_line.h"
#include "replay/input/problems.h"
#include "subscriber/utf8.h"

namespace ari::replay {

using trace::Value;

namespace {

enum class Key : std::uint8_t {
  kTimestamp,
  kLevel,
  kFields,
  kTarget,
  kSpan,
  kSpans,
  kThreadId,
  kThreadName,
  kFilename,
  kLineNumber,
};

constexpr std::array<std::string_view, 10> kKeys = {
    "timestamp", "level",    "fields",     "target",   "span",
    "spans",     "threadId", "threadName", "filename", "line_number"};

std::optional<Key> key_of(std::string_view name) {
  const auto it = std::find(kKeys.begin(), kKeys.end(), name);
  if (it == kKeys.end()) return std::nullopt;
  return static_cast<Key>(it - kKeys.begin());
}

// A field's value. What is neither text, number nor boolean stays as it is written.
bool read_value(JsonCursor& json, std::string_view key, Value& value) {
  const char c = json.peek();
  if (c != '[' && c != '{' && c != 'n') return json.scalar(key, value);
  std::string_view text;
  if (!json.raw(text)) return false;
  value = text == "null" ? Value() : Value::display(text);
  return true;
}

bool read_field(JsonCursor& json, std::string_view name, Fields& fields) {
  subscriber::Field field{name, {}};
  if (!read_value(json, name, field.value)) return false;
  if (name == "message" && field.value.is_text()) field.value = Value::display(field.value.text());
  fields.push_back(field);
  return true;
}

// What the line says of a span, if it is about one.
FmtWord word_of(const Fields& fields) {
  if (fields.empty() || fields[0].name != "message" || !fields[0].value.is_text()) {
    return FmtWord::kEvent;
  }
  const std::string_view message = fields[0].value.text();
  if (fields.size() == 1) {
    if (message == "new") return FmtWord::kNew;
    if (message == "enter") return FmtWord::kEnter;
    if (message == "exit") return FmtWord::kExit;
  }
  const bool has_times =
      fields.size() == 3 && fields[1].name == "time.busy" && fields[2].name == "time.idle";
  return has_times && message == "close" ? FmtWord::kClose : FmtWord::kEvent;
}

// The number in "ThreadId(3)"; 0 if it is something else.
std::uint32_t thread_number(std::string_view text) {
  constexpr std::string_view kFront = "ThreadId(";
  if (!text.starts_with(kFront) || !text.ends_with(')')) return 0;
  text = text.substr(kFront.size(), text.size() - kFront.size() - 1);
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size() ? number : 0;
}

// These are printed bare by the formats that quote strings.
bool is_display(std::string_view span, std::string_view field) {
  return (span == "runtime.spawn" || span == "task") &&
         (field == "kind" || field == "task.name" || field == "fn");
}

}  // namespace

struct FmtJsonReader::Entry {
  FmtLine fmt;
  bool has_timestamp = false, has_level = false, has_fields = false, has_target = false,
       has_span = false;
  bool is_foreign = false;  // a whole object without any key of fmt's
};

bool FmtJsonReader::recognises(std::string_view line) {
  if (!line.starts_with('{')) return false;
  FmtJsonReader reader;
  JsonCursor json(line, reader.room_);
  Entry entry;
  return reader.read_entry(json, entry) && (entry.has_fields || entry.has_target);
}

LineUse FmtJsonReader::read(const Line& line, RecordSink& sink, Coverage& coverage) {
  JsonCursor json(line.text, room_);
  Entry entry;
  if (!read_entry(json, entry)) {
    return entry.is_foreign ? LineUse::kOther : leave_json(line, json.fault(), coverage);
  }
  if (json.saw_non_ascii()) note_invalid_utf8(coverage, line);
  records_.deliver(entry.fmt, line, sink, coverage);
  return LineUse::kUsed;
}

bool FmtJsonReader::read_entry(JsonCursor& json, Entry& entry) {
  fields_.clear();
  flat_.clear();
  around_.clear();
  const auto member = [&](std::string_view key) { return read_member(json, key, entry); };
  if (!json.object("", member) || !json.end()) return false;
  entry.is_foreign = !entry.has_timestamp && !entry.has_level && !entry.has_fields &&
                     !entry.has_target && !entry.has_span && !entry.fmt.has_around;
  if (!entry.has_timestamp) return json.fail(0, "expected a key \"timestamp\"");
  if (!entry.has_level) return json.fail(0, "expected a key \"level\"");
  FmtLine& fmt = entry.fmt;
  const Fields& fields = entry.has_fields ? fields_ : flat_;
  fmt.fields = fields;
  fmt.word = word_of(fields);
  if (fmt.word == FmtWord::kClose) {
    const auto time = [&](std::size_t at) {
      return fields[at].value.is_text() ? fmt_duration_ns(fields[at].value.text()) : std::nullopt;
    };
    const auto busy_ns = time(1), idle_ns = time(2);
    if (busy_ns && idle_ns) fmt.times = FmtCloseTimes{*busy_ns, *idle_ns};
  }
  fmt.around = around_;
  saw_span_ = saw_span_ || entry.has_span;
  fmt.span_told = entry.has_span || saw_span_ || (fmt.word == FmtWord::kEvent && around_.empty());
  return true;
}

bool FmtJsonReader::read_member(JsonCursor& json, std::string_view name, Entry& entry) {
  const std::optional<Key> key = key_of(name);
  FmtLine& fmt = entry.fmt;
  const char begins = json.peek();
  const std::size_t at = json.offset();
  std::string_view text;
  // Flattened fields may be called like the format's own keys: what is not of the right
  // type, or comes again, is a field.
  if (key == Key::kTimestamp && begins == '"' && !entry.has_timestamp) {
    entry.has_timestamp = true;
    if (!json.string(name, text)) return false;
    if (!text.empty() && stamps_.read(text, fmt.at_unix_ns) == text.size()) {
      fmt.clock = stamps_.clock();
      fmt.step_ns = stamps_.step_ns();
      return true;
    }
    return json.fail(at, fmt::format("expected an instant such as 2026-11-23T12:34:01.927131Z for "
                                     "\"timestamp\", found \"{}\"",
                                     text));
  }
  if (key == Key::kLevel && begins == '"' && !entry.has_level) {
    entry.has_level = true;
    if (!json.string(name, text)) return false;
    const auto level = subscriber::level_from_name(text);
    if (level) fmt.level = *level;
    return level || json.fail(at, fmt::format("expected TRACE, DEBUG, INFO, WARN or ERROR for "
                                              "\"level\", found \"{}\"",
                                              text));
  }
  if (key == Key::kTarget && begins == '"') {
    if (entry.has_target) flat_.push_back({name, Value(fmt.target)});
    entry.has_target = true;
    return json.string(name, fmt.target);
  }
  if (key == Key::kFields && begins == '{') {
    entry.has_fields = true;
    return json.object(name, [&](std::string_view f) { return read_field(json, f, fields_); });
  }
  if (key == Key::kSpan && begins == '{') {
    entry.has_span = true;
    return read_span(json, fmt.span);
  }
  if (key == Key::kSpans && begins == '[') {
    fmt.has_around = true;
    return read_spans(json);
  }
  if (key == Key::kThreadId && begins == '"') {
    if (!json.string(name, text)) return false;
    fmt.thread = thread_number(text);
    return true;
  }
  if (key == Key::kThreadName && begins == '"') return json.string(name, fmt.thread_name);
  if (key == Key::kFilename || key == Key::kLineNumber) return json.skip();
  return read_field(json, name, flat_);
}

// The object that comes next, as it stands.
bool FmtJsonReader::read_span(JsonCursor& json, std::string_view& text) {
  for (const std::string& known : recent_) {
    if (!known.empty() && json.repeated(known, text)) return true;
  }
  if (!json.raw(text)) return false;
  if (subscriber::ascii_prefix(text) == text.size()) {
    recent_[oldest_] = text;
    oldest_ = (oldest_ + 1) % recent_.size();
  }
  return true;
}

bool FmtJsonReader::read_spans(JsonCursor& json) {
  around_.clear();
  return json.list("spans", [&] {
    std::string_view span;
    if (json.peek() != '{') return json.expected("an object", "spans");
    if (!read_span(json, span)) return false;
    around_.push_back(span);
    return true;
  });
}

void FmtJsonReader::describe(std::string_view span, std::uint32_t /*thread*/, FmtSpans& /*spans*/,
                             FmtSpanText& says) {
  JsonCursor json(span, says.room);
  json.object("", [&](std::string_view name) { return read_field(json, name, says.fields); });
  // The name comes last; a field may be called so, too.
  const auto name = std::find_if(says.fields.rbegin(), says.fields.rend(), [](const auto& field) {
    return field.name == "name" && field.value.is_text();
  });
  if (name == says.fields.rend()) return;
  says.name = name->value.text();
  says.fields.erase(std::next(name).base());
  for (subscriber::Field& field : says.fields) {
    if (field.value.is_text() && is_display(says.name, field.name)) {
      field.value = Value::display(field.value.text());
    }
  }
}

}  // namespace ari::replay
