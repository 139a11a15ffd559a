#include "tests/replay/input/random_fmt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "replay/input/timestamp.h"
#include "subscriber/text_writer.h"
#include "tests/replay/input/reading.h"

namespace ari::test {

namespace {

using subscriber::Record;
using subscriber::RecordKind;
using trace::Value;
using trace::ValueType;

// Texts that are hard to take apart, but not impossible: raw ones hold nothing that looks
// like the next field.
constexpr std::array<const char*, 7> kStrings = {
    "plain",      "",         "two words",           "a \"quote\" and a \\",
    "{brace}: x", "a=1, b=2", "line\nbreak\t\x1b[1m"};
constexpr std::array<const char*, 5> kRaw = {"word", "(x)", "Some(\"y\")", "{z}", "caf\xc3\xa9"};
constexpr std::array<const char*, 5> kTaskNames = {"", "worker", "two words", "a}: b{c", "7"};
constexpr std::array<const char*, 4> kNames = {"n", "path", "http.status", "big_name"};
constexpr std::array<const char*, 3> kMessages = {"hello", "new client", "got: {it}"};

std::string printed(const Value& value) {
  std::string text;
  subscriber::append_value(text, value);
  return text;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json_value(const Value& value) {
  return value.is_text() ? json_string(value.text()) : printed(value);
}

const char* thread_name(std::uint32_t thread) { return thread == 1 ? "main" : "tokio-rt-worker"; }

}  // namespace

std::size_t RandomFmt::current(std::uint32_t thread) const {
  return stacks_[thread].empty() ? 0 : stacks_[thread].back();
}

std::size_t RandomFmt::polled(std::uint32_t thread) const {
  for (const std::size_t span : stacks_[thread]) {
    if (spans_[span].waker != 0) return span;
  }
  return 0;
}

std::vector<std::size_t> RandomFmt::scope(std::size_t span) const {
  std::vector<std::size_t> scope;
  for (; span != 0; span = spans_[span].parent) scope.insert(scope.begin(), span);
  return scope;
}

std::vector<RandomFmt::Field> RandomFmt::random_fields(std::size_t most) {
  std::vector<Field> fields;
  const std::size_t count = number(most + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::array<Value, 6> values = {Value(random_() >> number(64)),
                                         Value(-static_cast<std::int64_t>(1 + (random_() >> 40))),
                                         Value(number(2) == 0),
                                         Value(0.5 + static_cast<double>(number(100))),
                                         Value(std::string_view(kStrings[number(kStrings.size())])),
                                         Value::display(kRaw[number(kRaw.size())])};
    fields.push_back({kNames[i], values[number(values.size())]});
  }
  return fields;
}

void RandomFmt::step() {
  now_us_ += static_cast<std::int64_t>(number(100));
  const std::uint32_t thread = any_thread();
  switch (number(10)) {
    case 0:
      return begin(thread, true);
    case 1:
      return begin(thread, false);
    case 2:
    case 3:
    case 4:
      if (const std::size_t span = find_span(thread, false)) happen(thread, "enter", span);
      return;
    case 5:
    case 6:
      if (const std::size_t span = current(thread)) happen(thread, "exit", span);
      return;
    case 7:
      if (const std::size_t span = find_span(thread, true)) happen(thread, "close", span);
      return;
    case 8:
      return use_waker(thread);
    default:
      return event(thread);
  }
}

// A span that the thread may enter: a task if it polls none, else what is inside of the
// current span; or one that may close.
std::size_t RandomFmt::find_span(std::uint32_t thread, bool to_close) {
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i < spans_.size(); ++i) {
    const Span& span = spans_[i];
    if (span.closed || span.entered > 0) continue;
    const bool enters = span.waker != 0 ? polled(thread) == 0 && stacks_[thread].empty()
                                        : span.parent == current(thread);
    if (to_close ? span.children == 0 : enters) found.push_back(i);
  }
  return found.empty() ? 0 : found[number(found.size())];
}

void RandomFmt::begin(std::uint32_t thread, bool task) {
  Span span;
  if (task) {
    span.name = "runtime.spawn";
    span.target = "tokio::task";
    span.id = next_task_++;
    span.waker = 274'877'906'944 + span.id * 7;
    span.fields = {{"kind", Value::display("task")},
                   {"task.name", Value::display(kTaskNames[number(kTaskNames.size())])},
                   {"task.id", Value(span.id)},
                   {"size.bytes", Value(static_cast<std::uint64_t>(number(2000)))},
                   {"loc.file", Value(std::string_view("src/main.rs"))},
                   {"loc.line", Value(static_cast<std::uint64_t>(number(50)))},
                   {"loc.col", Value(static_cast<std::uint64_t>(number(80)))}};
  } else {
    span.name = number(2) == 0 ? "step" : "HTTP request";
    span.target = number(2) == 0 ? "app" : "app::server";
    span.parent = current(thread);
    span.id = next_id_++;
    span.fields = random_fields(3);
    // So that no two spans look alike.
    span.fields.push_back({"serial", Value(span.id)});
  }
  spans_.push_back(span);
  ++spans_[span.parent].children;
  happen(thread, "new", spans_.size() - 1);
}

void RandomFmt::happen(std::uint32_t thread, const char* word, std::size_t index) {
  Span& span = spans_[index];
  const std::string_view what = word;
  if (what == "enter") {
    stacks_[thread].push_back(index);
    ++span.entered;
  } else if (what == "exit") {
    stacks_[thread].pop_back();
    --span.entered;
  } else if (what == "close") {
    span.closed = true;
    --spans_[span.parent].children;
  }
  print(thread, word, index, span.target, {});
  Record record;
  record.at_unix_ns = now_us_ * 1000;
  record.thread = thread;
  record.span = span.id;
  record.kind = what == "new"     ? RecordKind::kNew
                : what == "enter" ? RecordKind::kEnter
                : what == "exit"  ? RecordKind::kExit
                                  : RecordKind::kClose;
  if (what != "new") return expect(record, {}, false);
  record.parent = spans_[span.parent].id;
  record.name = span.name;
  record.target = span.target;
  expect(record, span.fields, true);
}

void RandomFmt::event(std::uint32_t thread) {
  std::vector<Field> fields = random_fields(3);
  const bool message = number(2) == 0 || fields.empty();
  if (message) {
    // Pretty writes a field as `got: {it}`, too.
    const std::size_t fit = kMessages.size() - (style_.kind == FmtStyle::Kind::kPretty ? 1 : 0);
    fields.insert(fields.begin(), {"message", Value::display(kMessages[number(fit)])});
  }
  const std::string target = number(2) == 0 ? "app" : "app::client";
  print(thread, "", current(thread), target, fields);
  Record record;
  record.kind = RecordKind::kEvent;
  record.at_unix_ns = now_us_ * 1000;
  record.thread = thread;
  record.span = spans_[current(thread)].id;
  record.target = target;
  // Text tells the message last, as ari text does.
  if (message && style_.kind != FmtStyle::Kind::kJson) {
    std::rotate(fields.begin(), fields.begin() + 1, fields.end());
  }
  expect(record, fields, false);
}

// The first use of a waker is a clone in the poll of its task.
void RandomFmt::use_waker(std::uint32_t thread) {
  std::size_t task = polled(thread);
  std::string_view op = "waker.clone";
  if (task == 0 || (spans_[task].cloned && number(2) == 0)) {
    std::vector<std::size_t> known;
    for (std::size_t i = 1; i < spans_.size(); ++i) {
      if (spans_[i].cloned) known.push_back(i);
    }
    if (known.empty()) return;
    task = known[number(known.size())];
    constexpr std::array<std::string_view, 3> kOps = {"waker.wake", "waker.wake_by_ref",
                                                      "waker.drop"};
    op = kOps[number(kOps.size())];
  }
  spans_[task].cloned = true;
  print(thread, "", current(thread), "tokio::task::waker",
        {{"op", Value(op)}, {"task.id", Value(spans_[task].waker)}});
  Record record;
  record.kind = RecordKind::kWaker;
  record.at_unix_ns = now_us_ * 1000;
  record.thread = thread;
  record.span = spans_[current(thread)].id;
  record.task = spans_[task].id;
  record.target = "tokio::task::waker";
  record.op = *subscriber::waker_op_from_name(op);
  expect(record, {}, false);
}

// What must be read: JSON does not tell raw text from strings, and sorts a span's fields.
void RandomFmt::expect(const Record& record, const std::vector<Field>& fields, bool of_span) {
  const bool json = style_.kind == FmtStyle::Kind::kJson;
  std::vector<subscriber::Field> expected;
  for (const Field& field : fields) {
    const bool known = field.name == "message" || field.name == "kind" || field.name == "task.name";
    const bool string = json && field.value.type() == ValueType::kDisplay && !known;
    expected.push_back({field.name, string ? Value(field.value.text()) : field.value});
  }
  if (json && of_span) {
    std::stable_sort(expected.begin(), expected.end(),
                     [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  Record shown = record;
  shown.fields = expected;
  records.push_back(show(shown));
}

// ---- printing

void RandomFmt::print(std::uint32_t thread, std::string_view word, std::size_t span,
                      const std::string& target, const std::vector<Field>& fields) {
  const bool json = style_.kind == FmtStyle::Kind::kJson;
  if (style_.names && !named_[thread]) {
    named_[thread] = true;
    Record record;
    record.kind = RecordKind::kThread;
    record.at_unix_ns = now_us_ * 1000;
    record.thread = thread;
    record.name = thread_name(thread);
    records.push_back(show(record));
  }
  if (json) return print_json(thread, word, span, target, fields);
  if (style_.kind == FmtStyle::Kind::kPretty) {
    return print_pretty(thread, word, span, target, fields);
  }
  print_text(thread, word, span, target, fields);
}

std::string RandomFmt::json_span(std::size_t index) const {
  std::vector<Field> fields = spans_[index].fields;
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return a.name < b.name; });
  std::string text = "{";
  for (const Field& field : fields) {
    text += fmt::format("{}:{},", json_string(field.name), json_value(field.value));
  }
  return text + fmt::format("\"name\":{}}}", json_string(spans_[index].name));
}

void RandomFmt::print_json(std::uint32_t thread, std::string_view word, std::size_t span,
                           const std::string& target, const std::vector<Field>& fields) {
  std::vector<std::string> inner;
  if (!word.empty()) inner.push_back(fmt::format("\"message\":\"{}\"", word));
  if (word == "close") {
    inner.insert(inner.end(), {R"("time.busy":"39.7µs")", R"("time.idle":"1.20ms")"});
  }
  for (const Field& field : fields) {
    inner.push_back(fmt::format("{}:{}", json_string(field.name), json_value(field.value)));
  }
  std::vector<std::string> members = {
      fmt::format("\"timestamp\":\"{}Z\"", replay::to_rfc3339(now_us_ * 1000).substr(0, 26)),
      "\"level\":\"TRACE\""};
  if (style_.flat) {
    members.insert(members.end(), inner.begin(), inner.end());
  } else {
    members.push_back(fmt::format("\"fields\":{{{}}}", fmt::join(inner, ",")));
  }
  members.push_back(fmt::format("\"target\":\"{}\"", target));
  if (style_.places) members.insert(members.end(), {R"("filename":"a.rs")", "\"line_number\":7"});
  if (span != 0) {
    members.push_back("\"span\":" + json_span(span));
    std::vector<std::string> around;
    for (const std::size_t i : scope(current(thread))) around.push_back(json_span(i));
    if (style_.lists) members.push_back(fmt::format("\"spans\":[{}]", fmt::join(around, ",")));
  }
  if (style_.names) members.push_back(fmt::format("\"threadName\":\"{}\"", thread_name(thread)));
  members.push_back(fmt::format("\"threadId\":\"ThreadId({})\"", thread));
  if (style_.scrambled) {
    if (!style_.flat) members.emplace_back(R"("zone": {"a":[1,null,"}"]})");
    std::shuffle(members.begin(), members.end(), random_);
  }
  log += fmt::format("{{{}}}\n", fmt::join(members, style_.scrambled ? " ,\t" : ","));
}

std::string RandomFmt::painted(const char* sgr, const std::string& text) const {
  return style_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", sgr, text) : text;
}

std::string RandomFmt::list(const std::vector<Field>& fields, const char* separator,
                            const char* assign) const {
  std::string text;
  for (const Field& field : fields) {
    if (!text.empty()) text += separator;
    text += field.name == "message"
                ? printed(field.value)
                : painted("3", field.name) + painted("2", assign) + printed(field.value);
  }
  return text;
}

// The fields of a span, as its format or the layer that saw it first prints them.
std::string RandomFmt::list_of_span(const std::vector<Field>& fields) const {
  if (style_.kind == FmtStyle::Kind::kPretty && !style_.default_fields) {
    return list(fields, ", ", ": ");
  }
  if (!style_.coloured_fields) return list(fields, " ", "=");
  std::string text;
  for (const Field& field : fields) {
    if (!text.empty()) text += ' ';
    text += fmt::format("\x1b[3m{}\x1b[0m\x1b[2m=\x1b[0m{}", field.name, printed(field.value));
  }
  return text;
}

void RandomFmt::print_text(std::uint32_t thread, std::string_view word, std::size_t span,
                           const std::string& target, const std::vector<Field>& fields) {
  const bool full = style_.kind == FmtStyle::Kind::kFull;
  log += painted("2", replay::to_rfc3339(now_us_ * 1000).substr(0, 26) + "Z") + ' ' +
         painted("35", "TRACE") + ' ';
  if (style_.names) log += fmt::format("{:>15} ", thread_name(thread));
  log += fmt::format("ThreadId({:02}) ", thread);
  std::vector<Field> all;  // Compact prints the spans' fields last
  for (const std::size_t i : scope(span)) {
    const Span& s = spans_[i];
    log += painted("1", s.name);
    if (full && !s.fields.empty())
      log += painted("1", "{") + list_of_span(s.fields) + painted("1", "}");
    log += painted("2", ":");
    all.insert(all.end(), s.fields.begin(), s.fields.end());
  }
  if (span != 0) log += ' ';
  log += painted("2", target) + painted("2", ":") + ' ';
  if (style_.places)
    log += painted("2", "src/a b.rs") + painted("2", ":") + painted("2", "30:") + ' ';
  std::string body(word);
  if (word == "close") body += " time.busy=39.7µs time.idle=183ns";
  body += list(fields, " ", "=");
  if (!full && !all.empty()) body += ' ' + list_of_span(all);
  log += body + '\n';
}

void RandomFmt::print_pretty(std::uint32_t thread, std::string_view word, std::size_t span,
                             const std::string& target, const std::vector<Field>& fields) {
  log += "  " + painted("2", replay::to_rfc3339(now_us_ * 1000).substr(0, 26) + "Z") + ' ' +
         painted("35", "TRACE") + ' ' + painted("1;35", target) + painted("35", ": ");
  std::string body(word);
  if (word == "close") body += ", time.busy: 39.7µs, time.idle: 183ns";
  log += body + list(fields, ", ", ": ") + '\n';
  log += style_.places
             ? "    " + painted("2;3", "at") + " src/a b.rs:30 " + painted("2;3", "on") + ' '
             : "    " + painted("2;3", "on") + ' ';
  if (style_.names) log += fmt::format("{} ", thread_name(thread));
  log += fmt::format("ThreadId({})\n", thread);
  std::vector<std::size_t> spans = scope(span);
  std::reverse(spans.begin(), spans.end());
  for (const std::size_t i : spans) {
    const Span& s = spans_[i];
    log += "    " + painted("2;3", "in") + ' ' + s.target + "::" + painted("1", s.name);
    if (!s.fields.empty()) log += ' ' + painted("2;3", "with") + ' ' + list_of_span(s.fields);
    log += '\n';
  }
  log += '\n';
}

}  // namespace ari::test
