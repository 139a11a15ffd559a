#include "replay/input/jsonl_entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ari::replay {

using trace::Value;

namespace {

using Word = JsonlWord;
using Key = JsonlKey;
using Keys = JsonlKeys;

// Both tables are indexed by the enumerator's number.
constexpr std::array<std::string_view, 17> kWords = {
    "log",  "thread",      "new", "enter", "exit",  "close", "event",     "clone", "drop",
    "wake", "wake_by_ref", "loc", "lost",  "alive", "end",   "converted", "gap"};

constexpr std::array<std::string_view, 32> kKeys = {
    "at",    "k",      "th",      "id",      "in",          "task",    "name",      "target",
    "level", "fields", "display", "destroy", "loc",         "outcome", "version",   "program",
    "pid",   "clock",  "events",  "closes",  "lost",        "file",    "line",      "col",
    "fn",    "filter", "part",    "retold",  "forked_from", "implied", "self_wake", "guessed"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

std::string_view name_of(Key key) { return kKeys[static_cast<std::size_t>(key)]; }

// What a line of this kind cannot do without, besides "at" and "k".
constexpr Keys required(Word word) {
  switch (word) {
    case Word::kLog:
      return {Key::kVersion};
    case Word::kThread:
      return {Key::kTh, Key::kName};
    case Word::kNew:
      return {Key::kId, Key::kName};
    case Word::kEnter:
    case Word::kExit:
    case Word::kClose:
    case Word::kGap:
      return {Key::kId};
    case Word::kEvent:
      return {Key::kTarget};
    case Word::kClone:
    case Word::kDrop:
    case Word::kWake:
    case Word::kWakeByRef:
      return {Key::kTask};
    case Word::kLoc:
      return {Key::kLoc, Key::kFile, Key::kLine};
    case Word::kLost:
      return {Key::kEvents};
    case Word::kAlive:
    case Word::kEnd:
    case Word::kConverted:
      return {};
  }
  return {};
}

// A span's id: a number from 1.
bool read_id(JsonCursor& json, std::string_view key, std::uint64_t& id) {
  const std::size_t at = json.offset();
  if (!json.u64(key, id)) return false;
  return id != trace::kNoSpan ||
         json.fail(at, fmt::format("expected a span id from 1 for \"{}\", found 0", key));
}

bool read_u32(JsonCursor& json, std::string_view key, std::uint32_t& number) {
  const std::size_t at = json.offset();
  std::uint64_t wide = 0;
  if (!json.u64(key, wide)) return false;
  number = static_cast<std::uint32_t>(wide);
  return wide <= UINT32_MAX ||
         json.fail(at, fmt::format("expected a number of at most 32 bits for \"{}\"", key));
}

bool read_fields(JsonCursor& json, std::vector<subscriber::Field>& fields) {
  return json.object("fields", [&](std::string_view name) {
    subscriber::Field field{name, {}};
    if (!json.scalar(name, field.value)) return false;
    fields.push_back(field);
    return true;
  });
}

bool read_display(JsonCursor& json, std::vector<std::string_view>& display) {
  return json.list("display", [&] {
    std::string_view name;
    if (!json.string("display", name)) return false;
    display.push_back(name);
    return true;
  });
}

bool read_member(JsonCursor& json, TimestampReader& timestamps, std::string_view name,
                 JsonlEntry& entry) {
  const std::optional<Key> key = find<Key>(kKeys, name);
  if (!key) return json.skip();
  const std::size_t at = json.offset();
  if (entry.seen.has(*key)) {
    return json.fail(at, fmt::format("expected \"{}\" once, found it again", name));
  }
  entry.seen.add(*key);
  std::string_view text;
  switch (*key) {
    case Key::kAt:
      if (!json.string(name, text)) return false;
      if (!text.empty() && timestamps.read(text, entry.at_unix_ns) == text.size()) return true;
      return json.fail(at, fmt::format("expected an instant such as 2026-11-23T12:34:01.927131000Z "
                                       "for \"at\", found \"{}\"",
                                       text));
    case Key::kK: {
      if (!json.string(name, text)) return false;
      const std::optional<Word> word = find<Word>(kWords, text);
      if (word) entry.word = *word;
      return word || json.fail(at, fmt::format("expected a known kind of line for \"k\", found "
                                               "\"{}\"",
                                               text));
    }
    case Key::kTh:
      return read_u32(json, name, entry.thread);
    case Key::kId:
      return read_id(json, name, entry.id);
    case Key::kIn:
      return read_id(json, name, entry.in);
    case Key::kTask:
      return read_id(json, name, entry.task);
    case Key::kName:
      return json.string(name, entry.name);
    case Key::kTarget:
      return json.string(name, entry.target);
    case Key::kLevel: {
      if (!json.string(name, text)) return false;
      const auto level = subscriber::level_from_name(text);
      if (level) entry.level = *level;
      return level || json.fail(at, fmt::format("expected TRACE, DEBUG, INFO, WARN or ERROR for "
                                                "\"level\", found \"{}\"",
                                                text));
    }
    case Key::kFields:
      return read_fields(json, entry.fields);
    case Key::kDisplay:
      return read_display(json, entry.display);
    case Key::kImplied:
      return json.boolean(name, entry.implied);
    case Key::kGuessed:
      return json.boolean(name, entry.guessed);
    case Key::kSelfWake: {
      bool self_wake = false;
      if (!json.boolean(name, self_wake)) return false;
      entry.self_wake = self_wake;
      return true;
    }
    case Key::kDestroy:
      return json.boolean(name, entry.destroy);
    case Key::kLoc:
      return json.u64(name, entry.loc);
    case Key::kOutcome: {
      if (!json.string(name, text)) return false;
      const auto outcome = subscriber::outcome_from_name(text);
      if (outcome) entry.outcome = *outcome;
      return outcome || json.fail(at, fmt::format("expected completed, cancelled or panicked for "
                                                  "\"outcome\", found \"{}\"",
                                                  text));
    }
    case Key::kVersion:
      return json.u64(name, entry.version);
    case Key::kProgram:
      return json.string(name, entry.program);
    case Key::kPid:
    case Key::kForkedFrom:
    case Key::kClock: {
      subscriber::Field field{name, {}};
      if (!json.scalar(name, field.value)) return false;
      entry.fields.push_back(field);
      return true;
    }
    case Key::kFilter:
      if (!json.string(name, entry.filter)) return false;
      entry.fields.push_back({name, Value(entry.filter)});
      return true;
    case Key::kPart:
      if (!json.u64(name, entry.part)) return false;
      entry.fields.push_back({name, Value(entry.part)});
      return true;
    case Key::kRetold:
      if (!json.u64(name, entry.retold)) return false;
      entry.fields.push_back({name, Value(entry.retold)});
      return true;
    case Key::kEvents:
      return json.u64(name, entry.events);
    case Key::kCloses:
      return json.u64(name, entry.closes);
    case Key::kLost:
      return json.u64(name, entry.lost);
    case Key::kFile:
      return json.string(name, entry.file);
    case Key::kLine:
      return read_u32(json, name, entry.line);
    case Key::kCol:
      return read_u32(json, name, entry.column);
    case Key::kFn:
      return json.string(name, entry.function);
  }
  return json.skip();
}

bool is_complete(JsonCursor& json, const JsonlEntry& entry) {
  const auto has = [&](Key key) {
    return entry.seen.has(key) || json.fail(0, fmt::format("expected a key \"{}\"", name_of(key)));
  };
  if (!has(Key::kAt) || !has(Key::kK)) return false;
  const Keys keys = required(entry.word);
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    const Key key = static_cast<Key>(i);
    if (keys.has(key) && !has(key)) return false;
  }
  return true;
}

// Marks the strings that text logs print bare.
void apply_display(JsonlEntry& entry) {
  if (entry.display.empty()) return;
  // Sorted, because a line may hold any number of both.
  std::sort(entry.display.begin(), entry.display.end());
  for (subscriber::Field& field : entry.fields) {
    if (field.value.type() == trace::ValueType::kStr &&
        std::binary_search(entry.display.begin(), entry.display.end(), field.name)) {
      field.value = Value::display(field.value.text());
    }
  }
}

}  // namespace

bool read_jsonl_entry(JsonCursor& json, TimestampReader& timestamps, JsonlEntry& entry) {
  // Assigning would give up the room that the vectors have.
  std::vector<subscriber::Field> fields = std::move(entry.fields);
  std::vector<std::string_view> display = std::move(entry.display);
  fields.clear();
  display.clear();
  entry = {};
  entry.fields = std::move(fields);
  entry.display = std::move(display);

  const auto member = [&](std::string_view key) {
    return read_member(json, timestamps, key, entry);
  };
  if (!json.object("", member) || !json.end() || !is_complete(json, entry)) return false;
  apply_display(entry);
  return true;
}

}  // namespace ari::replay
