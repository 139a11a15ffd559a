#include "replay/input/fmt_records.h"

#include <algorithm>

#include "replay/input/emit.h"
#include "replay/input/fmt_targets.h"
#include "replay/input/problems.h"
#include "replay/input/telling_events.h"

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

std::string_view text_of(FmtWord word) {
  switch (word) {
    case FmtWord::kNew:
      return "new";
    case FmtWord::kEnter:
      return "enter";
    case FmtWord::kExit:
      return "exit";
    case FmtWord::kClose:
      return "close";
    case FmtWord::kEvent:
      break;
  }
  return "";
}

// The texts of the span that the line is about or in and of those around it, where the
// line lists what its thread is inside of and that is this span.
FmtSpans::Chain chain_of(const FmtLine& fmt, std::string_view text) {
  const bool listed = !fmt.around.empty() && fmt.around.back() == text;
  return listed ? FmtSpans::Chain(fmt.around) : FmtSpans::Chain();
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

struct FmtRecords::Out {
  const FmtLine& fmt;
  const Line& line;
  RecordSink& sink;
  Coverage& coverage;

  Record record(RecordKind kind) const {
    Record record;
    record.kind = kind;
    record.at_unix_ns = fmt.at_unix_ns;
    record.thread = fmt.thread;
    record.level = fmt.level;
    return record;
  }
  void emit(const Record& record) const { replay::emit(record, line, sink, coverage); }
  Inferred& inferred() const { return *coverage.inferred; }
};

void FmtRecords::deliver(const FmtLine& fmt, const Line& line, RecordSink& sink,
                         Coverage& coverage) {
  const Out out{fmt, line, sink, coverage};
  if (!coverage.inferred) coverage.inferred.emplace();
  if (fmt.thread != 0) coverage.facts.threads = true;
  if (fmt.at_unix_ns % 1000 != 0) coverage.facts.nanoseconds = true;
  name_thread(out);
  note_clock(out);
  if (is_about_span(fmt)) {
    if (fmt.target.empty()) coverage.facts.targets = false;
    switch (fmt.word) {
      case FmtWord::kNew:
        new_span(out);
        break;
      case FmtWord::kEnter:
        enter(out);
        break;
      case FmtWord::kExit:
        exit(out);
        break;
      default:
        close(out);
        break;
    }
  } else {
    event(out);
  }
  const FmtSpans::Guess guess = spans_.take_guessed();
  out.inferred().lines_guessed += guess != FmtSpans::Guess::kNone ? 1 : 0;
  auto& since = out.inferred().locks_guessed_since_unix_ns;
  if (guess == FmtSpans::Guess::kLock && !since) since = fmt.at_unix_ns;
}

void FmtRecords::name_thread(const Out& out) {
  const FmtLine& fmt = out.fmt;
  if (fmt.thread == 0 || fmt.thread_name.empty()) return;
  std::string& known = thread_names_[fmt.thread];
  if (known == fmt.thread_name) return;
  known = fmt.thread_name;
  Record record = out.record(RecordKind::kThread);
  record.name = known;
  out.emit(record);
}

// Says once what instants that are written after the program's own taste leave open.
void FmtRecords::note_clock(const Out& out) {
  if (clock_noted_) return;
  clock_noted_ = true;
  const FmtClock clock = out.fmt.clock;
  if (clock != FmtClock::kNoZone && clock != FmtClock::kNoDay) return;
  note_problem(out.coverage, Severity::kInfo, Line{out.line.number, {}, true},
               clock == FmtClock::kNoZone
                   ? "times tell no offset from UTC: they are taken for UTC"
                   : "times tell no day: they are shown as of 1970-01-01 UTC");
}

// Whether the line is about a span, or an event whose message happens to be such a word.
bool FmtRecords::is_about_span(const FmtLine& fmt) {
  if (fmt.word == FmtWord::kEvent) return false;
  const std::string_view around = fmt.around.empty() ? std::string_view() : fmt.around.back();
  const std::string_view text = fmt.span_told ? fmt.span : around;
  if (fmt.span_told && text.empty()) return false;
  if (!fmt.span_told && (fmt.word == FmtWord::kNew || fmt.word == FmtWord::kClose)) return true;
  // An event of the program happens in the span that its thread is inside of.
  const FmtSlot here = spans_.current(fmt.thread);
  if (here == kNoSlot || spans_[here].kind != FmtKind::kOther || spans_.text(here) != text) {
    return true;
  }
  const std::string& target = spans_.target(here);
  if (fmt.level != spans_[here].level || (!target.empty() && fmt.target != target)) return false;
  // Once a span is left, another one stands here.
  if (!fmt.span_told) return fmt.word == FmtWord::kEnter;
  return fmt.word != FmtWord::kNew || !tells_scope_;
}

// ---- what lines tell

void FmtRecords::new_span(const Out& out) {
  if (!out.fmt.span_told) {  // something began, but the line does not say what
    ++out.coverage.events;
    return;
  }
  out.coverage.facts.lifetimes = true;
  begin(out.fmt.span, std::nullopt, false, out);
}

void FmtRecords::enter(const Out& out) {
  const FmtLine& fmt = out.fmt;
  std::string_view text = fmt.span;
  if (!fmt.span_told && !fmt.around.empty()) text = fmt.around.back();
  if (text.empty()) {  // something was entered, but the line does not say what
    ++out.coverage.events;
    return;
  }
  out.coverage.facts.polls = true;
  FmtSlot slot = spans_.to_enter(text, fmt.target, out.fmt.thread, chain_of(fmt, text));
  if (slot == kNoSlot) slot = recorded(text, out);
  if (slot == kNoSlot) slot = begin(text, parent_around(out, true), true, out);
  check_parent(slot, out);
  spans_.enter(slot, out.fmt.thread);
  Record record = out.record(RecordKind::kEnter);
  record.span = spans_.id(slot);
  out.emit(record);
}

void FmtRecords::exit(const Out& out) {
  const FmtLine& fmt = out.fmt;
  FmtSlot slot = fmt.span_told ? spans_.to_exit(fmt.span, out.fmt.thread)
                               : spans_.innermost(out.fmt.thread, fmt.target);
  if (slot == kNoSlot && !fmt.span_told) {
    ++out.coverage.events;
    return;
  }
  if (slot == kNoSlot) slot = recorded(fmt.span, out);
  if (slot == kNoSlot) slot = begin(fmt.span, parent_around(out, false), true, out);
  Record record = out.record(RecordKind::kExit);
  record.span = spans_.id(slot);
  spans_.exit(slot, out.fmt.thread);
  out.emit(record);
}

void FmtRecords::close(const Out& out) {
  const FmtLine& fmt = out.fmt;
  if (!fmt.span_told) {
    ++out.coverage.events;
    return;
  }
  out.coverage.facts.lifetimes = true;
  FmtSlot slot = spans_.to_close(fmt.span, fmt.target, out.fmt.thread);
  if (slot == kNoSlot) slot = recorded(fmt.span, out);
  if (slot == kNoSlot) slot = begin(fmt.span, std::nullopt, true, out);
  Record record = out.record(RecordKind::kClose);
  record.span = spans_.id(slot);
  if (spans_[slot].kind == FmtKind::kTask) wakers_.closed(record.span);
  spans_.close(slot, out.fmt.thread);
  out.emit(record);
}

void FmtRecords::event(const Out& out) {
  const FmtLine& fmt = out.fmt;
  FmtSlot in = kNoSlot;
  if (!fmt.span_told) {
    in = parent_around(out, false).value_or(kNoSlot);
  } else if (!fmt.span.empty()) {
    in = spans_.inside(fmt.span, out.fmt.thread, chain_of(fmt, fmt.span));
    if (in == kNoSlot) in = recorded(fmt.span, out);
    if (in == kNoSlot) in = begin(fmt.span, parent_around(out, true), true, out);
  }
  Record record = out.record(RecordKind::kEvent);
  record.span = spans_.id(in);
  record.target = !fmt.target.empty() ? fmt.target : tokio_target(fmt.fields, is_of_resource(in));
  // Text about a span was not read as fields.
  const subscriber::Field word{"message", trace::Value::display(text_of(fmt.word))};
  record.fields = fmt.fields;
  if (fmt.word != FmtWord::kEvent && fmt.fields.empty()) record.fields = {&word, 1};
  note_permits(record, in);
  make_special(record);
  if (record.kind == RecordKind::kWaker) {
    const FmtSlot polled = task_polled(fmt, in);
    if (polled == kNoSlot && fmt.thread == 0 && record.op == subscriber::WakerOp::kClone) {
      std::vector<SpanId> perhaps;
      for (const FmtSlot task : spans_.all_polled()) perhaps.push_back(spans_.id(task));
      wakers_.narrow(record.task, perhaps, out.inferred());
    }
    record.task =
        wakers_.task_of(record.task, record.op, spans_.id(polled), is_whole_, out.inferred());
    if (record.task == trace::kNoSpan) {  // whose waker it is cannot be told
      record.kind = RecordKind::kEvent;
      record.fields = fmt.fields;
    }
  }
  out.emit(record);
}

// What an async op asks of a semaphore and gets.
void FmtRecords::note_permits(const Record& record, FmtSlot in) {
  if (record.fields.size() != 2 || record.fields[0].value.type() != ValueType::kU64) return;
  if (record.target != "runtime::resource::async_op::state_update") return;
  const subscriber::Field& field = record.fields[0];
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;  // more than Tokio has
  const auto permits = static_cast<std::int64_t>(std::min(field.value.as_u64(), kMost));
  if (field.name == "permits_requested") spans_.ask(in, permits);
  const trace::Value& op = record.fields[1].value;
  if (field.name == "permits_obtained" && op.is_text() && op.text() == "add") {
    spans_.give(in, permits);
  }
}

// Whether it is a span that Tokio has around the use of a resource.
bool FmtRecords::is_of_resource(FmtSlot slot) const {
  if (slot == kNoSlot) return false;
  const FmtKind kind = spans_[slot].kind;
  return kind == FmtKind::kResource || kind == FmtKind::kAsyncOp || kind == FmtKind::kAsyncOpPoll;
}

// The task in whose poll an event in this span happens; kNoSlot if it is none, or if
// that is not certain.
FmtSlot FmtRecords::task_polled(const FmtLine& fmt, FmtSlot in) {
  if (fmt.thread != 0) return spans_.polled(fmt.thread);
  // Without threads it may be any task that is polled now. With several, the event's own
  // span may tell.
  const auto& polled = spans_.all_polled();
  if (polled.size() == 1) return *polled.begin();
  FmtSlot root = kNoSlot;
  if (!fmt.around.empty()) {
    root = spans_.alike(fmt.around.front());
  } else if (in != kNoSlot && spans_.is_certain_of_root(in)) {
    root = spans_[in].root;
  }
  return polled.contains(root) ? root : kNoSlot;
}

// ---- spans that begin

FmtSlot FmtRecords::begin(std::string_view text, std::optional<FmtSlot> parent, bool implied,
                          const Out& out) {
  const FmtLine& fmt = out.fmt;
  FmtSpanText says;
  syntax_.describe(text, out.fmt.thread, spans_, says);
  if (says.target.empty() && fmt.word != FmtWord::kEvent && text == fmt.span) {
    says.target = fmt.target;
  }
  const FmtKind kind = kind_of(says);
  if (!parent) {
    parent = says.parent_told ? find_parent(says.parent, out)
                              : likely_parent(says, kind, out.fmt.thread);
  }
  if (implied && is_spawn(kind)) is_whole_ = false;
  const FmtSlot slot = spans_.begin({.text = text,
                                     .target = says.target,
                                     .parent = *parent,
                                     .kind = kind,
                                     .level = fmt.level,
                                     .wanted_id = id_of_task(says, kind)},
                                    out.fmt.thread);
  if (kind == FmtKind::kTask) wakers_.began(spans_.id(slot));
  announce(slot, says, implied, out);
  return slot;
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
  slot = spans_.to_exit(text, thread);
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
  if (parent == slot || (parent != kNoSlot && spans_[parent].root == slot)) return;
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
