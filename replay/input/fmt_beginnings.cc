// The part of FmtRecords that begins spans: what they are, and what they are inside of.
#include <algorithm>

#include "replay/input/fmt_out.h"
#include "replay/input/fmt_records.h"
#include "replay/input/problems.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;
using subscriber::SpanId;
using trace::ValueType;

namespace {

// How many spans of one line's scope are made up at most; the rest is left out.
constexpr int kDeepest = 64;

const subscriber::Field* find(const Fields& fields, std::string_view name) {
  const auto it = std::find_if(fields.begin(), fields.end(),
                               [name](const subscriber::Field& f) { return f.name == name; });
  return it == fields.end() ? nullptr : &*it;
}

std::string_view task_kind(const FmtSpanText& says) {
  const subscriber::Field* kind = find(says.fields, "kind");
  return kind != nullptr && kind->value.is_text() ? kind->value.text() : std::string_view();
}

FmtKind kind_of(const FmtSpanText& says) {
  const bool is_old_task = says.name == "task" && says.target == "tokio::task";
  if (says.name == "runtime.spawn" || is_old_task) {
    const std::string_view kind = task_kind(says);
    if (kind == "block_on") return FmtKind::kBlockOn;
    return kind == "blocking" ? FmtKind::kBlocking : FmtKind::kTask;
  }
  if (says.name == "runtime.resource") return FmtKind::kResource;
  if (says.name == "runtime.resource.async_op") return FmtKind::kAsyncOp;
  if (says.name == "runtime.resource.async_op.poll") return FmtKind::kAsyncOpPoll;
  return FmtKind::kOther;
}

SpanId id_of_task(const FmtSpanText& says, FmtKind kind) {
  const subscriber::Field* id = is_spawn(kind) ? find(says.fields, "task.id") : nullptr;
  return id != nullptr && id->value.type() == ValueType::kU64 ? id->value.as_u64() : trace::kNoSpan;
}

// Whether `now` is `before` with a field put in somewhere, as recording one does.
bool is_with_field_recorded(std::string_view before, std::string_view now) {
  if (now.size() < before.size() + 3) return false;
  const auto same = std::mismatch(before.begin(), before.end(), now.begin());
  const auto front = static_cast<std::size_t>(same.first - before.begin());
  const std::string_view behind = before.substr(front);
  if (front == 0 || !now.ends_with(behind)) return false;
  const std::string_view added = now.substr(front, now.size() - before.size());
  if (behind.empty() && added[0] != ' ') return false;
  return added.find_first_of("=:") != std::string_view::npos;
}

}  // namespace

FmtSlot FmtRecords::begin(std::string_view text, std::optional<FmtSlot> parent, bool implied,
                          const Out& out) {
  const FmtLine& fmt = out.fmt;
  FmtSpanText says;
  syntax_.describe(text, out.fmt.thread, spans_, says);
  if (says.target.empty() && fmt.word != FmtWord::kEvent && text == fmt.span) {
    says.target = fmt.target;
  }
  const FmtKind kind = kind_of(says);
  if (!implied && is_spawn(kind) && spans_.is_open(id_of_task(says, kind))) {
    restart();
    return begin(text, parent, implied, out);
  }
  if (!parent) {
    parent = says.parent_told ? find_parent(says.parent, out)
                              : likely_parent(says, kind, out.fmt.thread);
  }
  if (implied && is_spawn(kind)) is_whole_ = false;
  if (says.name == "runtime.spawn" && task_kind(says).empty()) {
    // Its name, its place and even whether it is a task at all are missing then.
    note_problem(out.coverage, Severity::kDataLoss, out.line,
                 "expected the fields of runtime.spawn, kind= first, found none that can be read: "
                 "what it runs is unknown");
  }
  const FmtSlot slot = spans_.begin({.text = text,
                                     .target = says.target,
                                     .parent = *parent,
                                     .kind = kind,
                                     .level = fmt.level,
                                     .wanted_id = id_of_task(says, kind),
                                     .implied = implied},
                                    out.fmt.thread);
  busy_.began(slot);
  if (kind == FmtKind::kTask) wakers_.began(spans_.id(slot));
  announce(slot, says, implied, out);
  return slot;
}

// A process gives no task.id twice: where one begins that is open, the program was started anew and
// writes on in the same log (restart_watch.h). None of the spans of the dead one can be meant
// again.
void FmtRecords::restart() {
  spans_.restart();
  wakers_ = {};
  is_whole_ = true;
  thread_names_.clear();
}

void FmtRecords::announce(FmtSlot slot, const FmtSpanText& says, bool implied, const Out& out) {
  Record record = out.record(RecordKind::kNew);
  record.span = spans_.id(slot);
  record.parent = spans_.id(spans_[slot].parent);
  record.name = says.name;
  record.target = says.target;
  record.fields = says.fields;
  record.implied = implied;
  out.emit(record);
}

// The span with this text around the one that begins.
FmtSlot FmtRecords::find_parent(std::string_view text, const Out& out) {
  if (text.empty()) return kNoSlot;
  const std::uint32_t thread = out.fmt.thread;
  FmtSlot slot = spans_.current(thread);
  if (slot != kNoSlot && spans_.text(slot) == text) return slot;
  // A timer's op is made right behind it, and not inside of it.
  slot = spans_.last_made(thread);
  if (slot != kNoSlot && spans_.text(slot) == text) return slot;
  slot = spans_.to_exit(text, "", thread);
  if (slot != kNoSlot) return slot;
  slot = recorded(text, out);
  if (slot != kNoSlot || depth_ >= kDeepest) return slot;
  ++depth_;
  slot = begin(text, std::nullopt, true, out);
  --depth_;
  return slot;
}

// What the thread is inside of by the list that a line has beside its own span, without
// the last of them if that is the line's span. Nothing if it has no list.
std::optional<FmtSlot> FmtRecords::parent_around(const Out& out, bool without_last) {
  const FmtLine& fmt = out.fmt;
  if (!fmt.has_around) return std::nullopt;
  std::span<const std::string_view> around =
      fmt.around.first(std::min<std::size_t>(fmt.around.size(), kDeepest));
  if (without_last && !around.empty()) around = around.first(around.size() - 1);
  FmtSlot slot = kNoSlot;
  for (std::size_t n = 0; n < around.size(); ++n) {
    const FmtSlot known = spans_.inside(around[n], out.fmt.thread, around.first(n + 1));
    slot = known != kNoSlot ? known : begin(around[n], slot, true, out);
  }
  return slot;
}

// Where a line does not tell the parent of the span that begins: as Tokio 1.40 and later
// make their spans, and as `tracing` makes all others.
FmtSlot FmtRecords::likely_parent(const FmtSpanText& says, FmtKind kind, std::uint32_t thread) {
  const FmtSlot current = spans_.current(thread);
  if (!contextual_.empty()) {
    const auto known = contextual_.find(std::string(says.name).append("\n").append(says.target));
    if (known != contextual_.end()) return known->second ? current : kNoSlot;
  }
  // A timer's op is not made inside of its resource, but right behind it.
  const subscriber::Field* source = find(says.fields, "source");
  const bool is_timer =
      source != nullptr && source->value.is_text() && source->value.text() == "Sleep::new_timeout";
  const auto inside_or_behind = [&](FmtKind around) {
    const FmtSlot last = spans_.last_made(thread);
    const bool inside = current != kNoSlot && spans_[current].kind == around;
    return (!inside || is_timer) && last != kNoSlot && spans_[last].kind == around ? last : current;
  };
  switch (kind) {
    case FmtKind::kTask:
    case FmtKind::kBlockOn:
    case FmtKind::kResource:
      return kNoSlot;
    case FmtKind::kAsyncOp:
      return inside_or_behind(FmtKind::kResource);
    case FmtKind::kAsyncOpPoll:
      return inside_or_behind(FmtKind::kAsyncOp);
    case FmtKind::kBlocking:
    case FmtKind::kOther:
      break;
  }
  return current;
}

// When a span is entered for the first time, the list of what the thread is inside of is
// the chain of its parents: what was likely is put right.
void FmtRecords::check_parent(FmtSlot slot, const Out& out) {
  const FmtLine& fmt = out.fmt;
  if (!fmt.has_around || spans_[slot].was_entered() || fmt.around.empty()) return;
  if (fmt.around.back() != spans_.text(slot)) return;
  const std::string_view told =
      fmt.around.size() > 1 ? fmt.around[fmt.around.size() - 2] : std::string_view();
  const FmtSlot thought = spans_[slot].parent;
  if (told == (thought == kNoSlot ? std::string_view() : spans_.text(thought))) return;
  const FmtSlot parent = parent_around(out, true).value_or(kNoSlot);
  // What the list has around the span may be what began inside of it: no span is its own ancestor.
  for (FmtSlot around = parent; around != kNoSlot; around = spans_[around].parent) {
    if (around == slot) return;
  }
  const bool was_inside = parent != kNoSlot && parent == spans_[slot].made_in;
  spans_.set_parent(slot, parent);
  FmtSpanText says;
  syntax_.describe(spans_.text(slot), out.fmt.thread, spans_, says);
  says.target = spans_.target(slot);
  if (parent == kNoSlot || was_inside) {
    contextual_[std::string(says.name).append("\n").append(says.target)] = was_inside;
  }
  announce(slot, says, true, out);
}

// A span of the program's own that the thread is inside of, whose text was another before
// fields of it were recorded. Nothing if there is none.
FmtSlot FmtRecords::recorded(std::string_view text, const Out& out) {
  const FmtSlot slot = spans_.innermost_if(out.fmt.thread, [&](FmtSlot on_stack) {
    return spans_[on_stack].kind == FmtKind::kOther &&
           is_with_field_recorded(spans_.text(on_stack), text);
  });
  if (slot == kNoSlot) return kNoSlot;
  spans_.set_text(slot, text);
  FmtSpanText says;
  syntax_.describe(text, out.fmt.thread, spans_, says);
  says.target = spans_.target(slot);
  announce(slot, says, true, out);
  return slot;
}

}  // namespace ari::replay
