#include "tests/replay/model/slow_resources.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace ari::test {

using replay::AsyncOp;
using replay::Attribute;
using replay::Resource;
using replay::Semantics;
using replay::SpanId;
using subscriber::RecordKind;
using subscriber::Value;

namespace {

constexpr std::size_t kNever = SIZE_MAX;

// From the happening that enters a span, when it was not entered, to the one that leaves it.
struct Pair {
  std::size_t first = 0;
  std::size_t last = kNever;
};

class Slow {
 public:
  Slow(const Happenings& log, Semantics semantics, replay::TextPool& texts)
      : log_(log), console_(semantics == Semantics::kConsole), texts_(texts) {}

  void run(SlowResources& out) const {
    for (std::size_t i = 0; i < log_.size(); ++i) {
      if (log_[i].kind != RecordKind::kNew || !is_seen(i)) continue;
      if (log_[i].name == kResource) out.resources.push_back(resource(i));
      if (log_[i].name == kOp) out.ops.push_back(op(i));
    }
  }

 private:
  // ---- fields

  template <typename T>
  const T* field(std::size_t at, const char* name) const {
    for (const auto& [key, value] : log_[at].fields) {
      if (key == name && std::holds_alternative<T>(value)) return &std::get<T>(value);
    }
    return nullptr;
  }
  std::string_view text(std::size_t at, const char* name) const {
    const auto* value = field<std::string>(at, name);
    return value == nullptr ? std::string_view() : *value;
  }
  bool flag(std::size_t at, const char* name) const {
    const auto* value = field<bool>(at, name);
    return value != nullptr && *value;
  }

  // ---- spans

  std::size_t beginning(SpanId span) const {
    for (std::size_t i = 0; i < log_.size(); ++i) {
      if (log_[i].kind == RecordKind::kNew && log_[i].span == span) return i;
    }
    return kNever;
  }
  bool is(SpanId span, const char* name) const {
    const std::size_t at = beginning(span);
    return at != kNever && log_[at].name == name && is_seen(at);
  }

  // The console sees a resource with type and kind, and an op with a source and a resource.
  bool is_seen(std::size_t at) const {
    if (!console_) return true;
    if (log_[at].name == kResource) {
      return !text(at, "concrete_type").empty() && !text(at, "kind").empty();
    }
    return log_[at].name != kOp || (!text(at, "source").empty() && innermost(kResource, at) != 0);
  }

  // What of this name the happening's thread has entered last and not left.
  SpanId innermost(const char* name, std::size_t before) const {
    std::vector<SpanId> stack;
    for (std::size_t i = 0; i < before; ++i) {
      if (log_[i].thread != log_[before].thread) continue;
      if (log_[i].kind == RecordKind::kEnter) stack.push_back(log_[i].span);
      if (log_[i].kind != RecordKind::kExit) continue;
      const auto last = std::find(stack.rbegin(), stack.rend(), log_[i].span);
      if (last != stack.rend()) stack.erase(std::next(last).base());
    }
    for (auto span = stack.rbegin(); span != stack.rend(); ++span) {
      if (is(*span, name)) return *span;
    }
    return 0;
  }

  SpanId ancestor(const char* name, SpanId span) const {
    while (span != 0 && !is(span, name)) {
      const std::size_t at = beginning(span);
      span = at == kNever ? 0 : log_[at].parent;
    }
    return span;
  }

  SpanId parent_or_innermost(const char* name, std::size_t at) const {
    const SpanId around = console_ ? 0 : ancestor(name, log_[at].parent);
    return around != 0 ? around : innermost(name, at);
  }

  std::vector<Pair> pairs(SpanId span) const {
    std::vector<Pair> out;
    int depth = 0;
    for (std::size_t i = 0; i < log_.size(); ++i) {
      if (log_[i].span != span) continue;
      if (log_[i].kind == RecordKind::kEnter && depth++ == 0) out.push_back({i, kNever});
      if (log_[i].kind == RecordKind::kExit && --depth == 0) out.back().last = i;
    }
    return out;
  }

  std::optional<std::int64_t> closed(SpanId span) const {
    for (const Happening& h : log_) {
      if (h.kind == RecordKind::kClose && h.span == span) return h.at_ns;
    }
    return std::nullopt;
  }

  std::int64_t end_ns() const {
    std::int64_t end = 0;
    for (const Happening& h : log_) end = std::max(end, h.at_ns);
    return end;
  }

  bool is_event(std::size_t at, const char* target) const {
    return log_[at].kind == RecordKind::kEvent && log_[at].target == target;
  }

  // ---- attributes

  static bool is_whole(const FieldValue& value) { return value.index() <= 1; }

  static FieldValue sum(const FieldValue& a, const FieldValue& b, bool add) {
    __extension__ using Wide = __int128;
    const auto wide = [](const FieldValue& v) {
      return v.index() == 0 ? Wide{std::get<0>(v)} : Wide{std::get<1>(v)};
    };
    Wide total = add ? wide(a) + wide(b) : wide(a) - wide(b);
    if (a.index() == 0) {
      total = std::max<Wide>(0, std::min<Wide>(total, UINT64_MAX));
      return static_cast<std::uint64_t>(total);
    }
    total = std::max<Wide>(INT64_MIN, std::min<Wide>(total, INT64_MAX));
    return static_cast<std::int64_t>(total);
  }

  FieldValue changed(const FieldValue& old, const FieldValue& by, std::string_view how) const {
    const bool counts = how == "add" || how == "sub";
    if (console_ && old.index() != by.index()) return old;
    if (counts && is_whole(by)) return is_whole(old) ? sum(old, by, how == "add") : old;
    if (console_ && is_whole(by) && how != "override") return old;
    return by;
  }

  struct Known {
    std::string_view name, unit;
    FieldValue value;
    SpanId of;
  };

  void update(std::vector<Known>& known, std::size_t at, SpanId of) const {
    std::string_view name, unit, how;
    const FieldValue* by = nullptr;
    for (const auto& [key, value] : log_[at].fields) {
      const auto* word = std::get_if<std::string>(&value);
      if (key.ends_with(".op")) {
        how = word != nullptr ? std::string_view(*word) : "";
      } else if (key.ends_with(".unit")) {
        unit = *word;
      } else {
        name = key;
        by = &value;
      }
    }
    if (by == nullptr) return;
    for (Known& k : known) {
      if (k.name != name || k.of != of) continue;
      k.value = changed(k.value, *by, how);
      return;
    }
    known.push_back({name, unit, *by, of});
  }

  // Which of this name an update is about: the one in whose span it is, entered or not; else
  // what its thread is in.
  SpanId concerned(const char* name, std::size_t update) const {
    const SpanId in = log_[update].span;
    const std::size_t begun = beginning(in);
    if (console_ || name != std::string_view(kResource) || begun == kNever) {
      return innermost(name, update);
    }
    if (log_[begun].name == kResource) return in;
    const SpanId used = log_[begun].name == kOp ? ancestor(kResource, log_[begun].parent) : 0;
    return used != 0 ? used : innermost(name, update);
  }

  // Each update that is about the span, or about one inside it from which it inherits.
  std::vector<Attribute> attributes(const char* name, const char* target, SpanId span) const {
    std::vector<Known> known;
    const std::size_t begun = beginning(span);
    for (std::size_t i = 0; i < log_.size(); ++i) {
      if (!is_event(i, target)) continue;
      const SpanId about = concerned(name, i);
      if (about == 0) continue;
      const bool from_child =
          about != span && parent(name, about) == span && flag(begun, "inherits_child_attrs");
      if (about == span || from_child) update(known, i, about);
      if (!console_ && text(begun, "concrete_type") == "Barrier") wrap_around(known, span);
    }
    std::vector<Attribute> out;
    for (const Known& k : known) out.push_back({k.name, as_value(k.value), k.unit, k.of});
    return out;
  }

  static void wrap_around(std::vector<Known>& known, SpanId span) {
    const auto find = [&](std::string_view name) -> FieldValue* {
      for (Known& k : known) {
        if (k.name == name && k.of == span) return &k.value;
      }
      return nullptr;
    };
    FieldValue *size = find("size"), *arrived = find("arrived");
    if (size == nullptr || arrived == nullptr) return;
    const std::uint64_t whole = number_from_0(*size), there = number_from_0(*arrived);
    if (whole > 0 && there >= whole) *arrived = there % whole;
  }

  // 0 for what is no such number.
  static std::uint64_t number_from_0(const FieldValue& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    const auto* number = std::get_if<std::int64_t>(&value);
    return number != nullptr && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
  }

  Value as_value(const FieldValue& value) const {
    if (const auto* text = std::get_if<std::string>(&value)) return texts_.keep(*text);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    return std::get<std::uint64_t>(value);
  }

  SpanId parent(const char* name, SpanId span) const {
    const std::size_t at = beginning(span);
    return name == std::string_view(kOp) ? innermost(kOp, at) : parent_or_innermost(name, at);
  }

  // ---- the things themselves

  template <typename Thing>
  void begin(Thing& thing, std::size_t at) const {
    thing.span = log_[at].span;
    thing.inherits_child_attrs = flag(at, "inherits_child_attrs");
    thing.created_unix_ns = log_[at].at_ns;
    thing.dropped_unix_ns = closed(thing.span);
    const std::int64_t until = thing.dropped_unix_ns.value_or(end_ns());
    thing.total_ns = std::max<std::int64_t>(0, until - log_[at].at_ns);
  }

  Resource resource(std::size_t at) const {
    Resource r;
    begin(r, at);
    r.concrete_type = text(at, "concrete_type");
    r.kind = text(at, "kind");
    r.is_internal = flag(at, "is_internal");
    const auto *line = field<std::uint64_t>(at, "loc.line"),
               *column = field<std::uint64_t>(at, "loc.col");
    if (const auto* file = field<std::string>(at, "loc.file"); file && line && column) {
      r.location = {
          *file, static_cast<std::uint32_t>(*line), static_cast<std::uint32_t>(*column), {}};
    }
    r.parent.span = parent_or_innermost(kResource, at);
    r.task.span = innermost(kTask, at);
    r.attributes = attributes(kResource, kResourceState, r.span);
    return r;
  }

  // What polls an op: in the console's eyes every time that its span is entered.
  std::vector<Pair> polls(SpanId op) const {
    if (console_) return pairs(op);
    for (const Happening& h : log_) {
      if (h.kind == RecordKind::kNew && h.name == kOpPoll && h.parent == op) return pairs(h.span);
    }
    // Without a poll span of its own: those in which it told what came of it.
    std::vector<Pair> out;
    for (const Pair& pair : pairs(op)) {
      for (std::size_t i = pair.first; i < std::min(pair.last, log_.size()); ++i) {
        if (!is_event(i, kPollOp) || innermost(kOp, i) != op) continue;
        out.push_back(pair);
        break;
      }
    }
    return out;
  }

  AsyncOp op(std::size_t at) const {
    AsyncOp op;
    begin(op, at);
    op.source = text(at, "source");
    op.resource.span = parent_or_innermost(kResource, at);
    op.parent_op.span = innermost(kOp, at);
    op.attributes = attributes(kOp, kOpState, op.span);
    const std::vector<Pair> all = polls(op.span);
    for (std::size_t i = 0; i < log_.size(); ++i) {
      const bool told = is_event(i, kPollOp) && innermost(kOp, i) == op.span;
      const bool begins = !console_ && std::any_of(all.begin(), all.end(), [&](const Pair& p) {
        return p.first == i && log_[i].span != op.span;
      });
      if (told) op.poll_op = {text(i, "op_name"), flag(i, "is_ready"), log_[i].at_ns};
      if (!told && !begins) continue;
      if (const SpanId task = innermost(kTask, i)) op.task.span = task;
    }
    count_polls(op, all);
    return op;
  }

  void count_polls(AsyncOp& op, const std::vector<Pair>& all) const {
    const std::int64_t until = op.dropped_unix_ns.value_or(end_ns());
    std::int64_t open_ns = 0;
    for (const Pair& pair : all) {
      const std::int64_t start = log_[pair.first].at_ns;
      ++op.polls;
      if (!op.first_poll_unix_ns) op.first_poll_unix_ns = start;
      op.last_poll_started_unix_ns = start;
      if (pair.last == kNever) {
        open_ns = std::max<std::int64_t>(0, until - start);
        op.is_polled = true;
        continue;
      }
      op.last_poll_ended_unix_ns = log_[pair.last].at_ns;
      op.busy_ns += std::max<std::int64_t>(0, log_[pair.last].at_ns - start);
    }
    if (console_ && op.last_poll_ended_unix_ns) open_ns = 0;
    op.busy_ns += open_ns;
    op.idle_ns = std::max<std::int64_t>(0, op.total_ns - op.busy_ns);
    if (!console_) op.busy_ns = op.total_ns - op.idle_ns;
  }

  const Happenings& log_;
  bool console_;
  replay::TextPool& texts_;
};

}  // namespace

SlowResources slow_resources(const Happenings& log, Semantics semantics) {
  SlowResources out;
  out.log = std::make_shared<Happenings>(log);
  out.texts = std::make_shared<replay::TextPool>();
  Slow(*out.log, semantics, *out.texts).run(out);
  return out;
}

}  // namespace ari::test
