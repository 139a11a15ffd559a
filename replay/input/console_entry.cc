#include "replay/input/console_entry.h"

#include <fmt/format.h>

#include "replay/input/plain_walk.h"

namespace ari::replay {

using subscriber::WakerOp;
using trace::Value;
using Kind = ConsoleEntry::Kind;
using Op = ConsoleEntry::Op;

namespace {

constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;
// The last second that nanoseconds in 64 bits can tell: in the year 2262.
constexpr std::uint64_t kLastSecond = 9'223'372'035;

// Tokio writes these with Display, so text logs show them without quotes. The recording
// itself does not tell the two kinds of string apart.
bool is_display(std::string_view field) {
  return field == "kind" || field == "task.name" || field == "fn";
}

bool read_instant(JsonCursor& json, std::int64_t& unix_ns) {
  std::uint64_t seconds = 0;
  std::uint64_t nanos = 0;
  bool has_seconds = false;
  bool has_nanos = false;
  const std::size_t start = json.offset();
  const bool read = json.object("at", [&](std::string_view key) {
    const std::size_t at = json.offset();
    if (key == "secs_since_epoch") {
      has_seconds = true;
      return json.u64(key, seconds) &&
             (seconds <= kLastSecond || json.fail(at, "expected an instant before the year 2262"));
    }
    if (key == "nanos_since_epoch") {
      has_nanos = true;
      return json.u64(key, nanos) &&
             (nanos < kNanosPerSecond ||
              json.fail(at, "expected less than 1000000000 for \"nanos_since_epoch\""));
    }
    return json.skip();
  });
  if (!read) return false;
  if (!has_seconds || !has_nanos) {
    return json.fail(start, fmt::format("expected a key \"{}\" in \"at\"",
                                        has_seconds ? "nanos_since_epoch" : "secs_since_epoch"));
  }
  unix_ns = static_cast<std::int64_t>(seconds * kNanosPerSecond + nanos);
  return true;
}

// "Clone", "Drop", {"Wake":{"self_wake":B}} or {"WakeByRef":{"self_wake":B}}.
bool read_op(JsonCursor& json, std::optional<Op>& op) {
  static constexpr std::string_view kExpected = R"("Clone", "Drop", "Wake" or "WakeByRef")";
  const std::size_t start = json.offset();
  if (json.peek() == '"') {
    std::string_view name;
    if (!json.string("op", name)) return false;
    if (name == "Clone") return op = Op{WakerOp::kClone, {}}, true;
    if (name == "Drop") return op = Op{WakerOp::kDrop, {}}, true;
    return json.fail(start, fmt::format("expected {} for \"op\", found \"{}\"", kExpected, name));
  }
  const bool read = json.object("op", [&](std::string_view name) {
    if (name != "Wake" && name != "WakeByRef") {
      return json.fail(start, fmt::format("expected {} for \"op\", found \"{}\"", kExpected, name));
    }
    op = Op{name == "Wake" ? WakerOp::kWake : WakerOp::kWakeByRef, {}};
    return json.object(name, [&](std::string_view key) {
      if (key != "self_wake") return json.skip();
      bool self_wake = false;
      if (!json.boolean(key, self_wake)) return false;
      op->self_wake = self_wake;
      return true;
    });
  });
  if (read && !op) return json.fail(start, fmt::format("expected {} for \"op\"", kExpected));
  return read;
}

bool read_field(JsonCursor& json, ConsoleEntry& entry) {
  const std::size_t start = json.offset();
  subscriber::Field field;
  bool has_name = false;
  const bool read = json.object("fields", [&](std::string_view key) {
    if (key == "name") return has_name = true, json.string(key, field.name);
    if (key == "value") return json.scalar(key, field.value);
    return json.skip();
  });
  if (!read) return false;
  if (!has_name) return json.fail(start, R"(expected a key "name")");
  if (field.value.type() == trace::ValueType::kNone) {
    return json.fail(start, R"(expected a key "value")");
  }
  if (field.value.is_text() && is_display(field.name)) {
    field.value = Value::display(field.value.text());
  }
  entry.fields.push_back(field);
  return true;
}

bool read_fields(JsonCursor& json, ConsoleEntry& entry) {
  return json.list("fields", [&] { return read_field(json, entry); });
}

bool read_body(JsonCursor& json, ConsoleEntry& entry) {
  const std::size_t start = json.offset();
  const bool read = json.object("", [&](std::string_view key) {
    if (key == "id") {
      const std::size_t at = json.offset();
      entry.id = 0;
      return json.u64(key, *entry.id) &&
             (*entry.id != 0 || json.fail(at, "expected a span id from 1, found 0"));
    }
    if (key == "at") {
      entry.at_unix_ns = 0;
      return read_instant(json, *entry.at_unix_ns);
    }
    if (key == "op" && entry.kind == Kind::kWaker) return read_op(json, entry.op);
    if (key == "fields" && entry.kind == Kind::kSpawn) return read_fields(json, entry);
    return json.skip();
  });
  if (!read) return false;
  const char* missing = !entry.id                                 ? "id"
                        : !entry.at_unix_ns                       ? "at"
                        : entry.kind == Kind::kWaker && !entry.op ? "op"
                                                                  : nullptr;
  return missing == nullptr || json.fail(start, fmt::format("expected a key \"{}\"", missing));
}

// The end of a line, from its instant on.
bool read_plain_end(PlainWalk& walk, ConsoleEntry& entry) {
  std::uint64_t seconds = 0, nanos = 0;
  const bool is_plain = walk.skip("\"at\":{\"secs_since_epoch\":") && walk.number(seconds) &&
                        walk.skip(",\"nanos_since_epoch\":") && walk.number(nanos) &&
                        walk.skip("}}}") && walk.at_end() && seconds <= kLastSecond &&
                        nanos < kNanosPerSecond;
  entry.at_unix_ns = static_cast<std::int64_t>(seconds * kNanosPerSecond + nanos);
  return is_plain;
}

bool read_plain_op(PlainWalk& walk, std::optional<Op>& op) {
  if (walk.skip("\"op\":\"Clone\",")) return op = Op{WakerOp::kClone, {}}, true;
  if (walk.skip("\"op\":\"Drop\",")) return op = Op{WakerOp::kDrop, {}}, true;
  const bool is_wake = walk.skip("\"op\":{\"Wake\":{\"self_wake\":");
  if (!is_wake && !walk.skip("\"op\":{\"WakeByRef\":{\"self_wake\":")) return false;
  const bool self_wake = walk.skip("true}},");
  op = Op{is_wake ? WakerOp::kWake : WakerOp::kWakeByRef, self_wake};
  return self_wake || walk.skip("false}},");
}

}  // namespace

bool read_plain_console_entry(std::string_view line, ConsoleEntry& entry) {
  PlainWalk walk(line);
  entry.kind = walk.skip("{\"Enter\":{\"id\":")   ? Kind::kEnter
               : walk.skip("{\"Exit\":{\"id\":")  ? Kind::kExit
               : walk.skip("{\"Waker\":{\"id\":") ? Kind::kWaker
               : walk.skip("{\"Close\":{\"id\":") ? Kind::kClose
                                                  : Kind::kNone;
  if (entry.kind == Kind::kNone || !walk.id(entry.id.emplace()) || !walk.skip(",")) return false;
  if (entry.kind == Kind::kWaker && !read_plain_op(walk, entry.op)) return false;
  return read_plain_end(walk, entry);
}

ConsoleEntry::Kind ConsoleEntry::kind_from_key(std::string_view key) noexcept {
  if (key == "v") return Kind::kHeader;
  if (key == "Spawn") return Kind::kSpawn;
  if (key == "Enter") return Kind::kEnter;
  if (key == "Exit") return Kind::kExit;
  if (key == "Close") return Kind::kClose;
  if (key == "Waker") return Kind::kWaker;
  return Kind::kNone;
}

bool read_console_entry(JsonCursor& json, ConsoleEntry& entry) {
  const std::size_t start = json.offset();
  const bool read = json.object("", [&](std::string_view key) {
    const Kind kind = ConsoleEntry::kind_from_key(key);
    if (kind == Kind::kNone || entry.kind != Kind::kNone) return json.skip();
    entry.kind = kind;
    return kind == Kind::kHeader ? json.u64(key, entry.version) : read_body(json, entry);
  });
  if (read && entry.kind == Kind::kNone) {
    return json.fail(start, R"(expected a key "v", "Spawn", "Enter", "Exit", "Close" or "Waker")");
  }
  return read && json.end();
}

}  // namespace ari::replay
