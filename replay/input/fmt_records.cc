// What lines tell. Spans that begin, and what they are inside of, are in fmt_beginnings.cc.
#include "replay/input/fmt_records.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "replay/input/coverage_sum.h"
#include "replay/input/fmt_out.h"
#include "replay/input/fmt_targets.h"
#include "replay/input/problems.h"
#include "replay/input/telling_events.h"

namespace ari::replay {

using subscriber::Record;
using subscriber::RecordKind;
using subscriber::SpanId;
using trace::ValueType;

namespace {

// How much longer a task may be entered by the log than it was, or the other way round, for each
// line: what other layers, a slow disk and waiting for the writer take. Fifty layers that all wrote
// the same run took up to 6 ms.
constexpr std::int64_t kMostPerLineNs = 5'000'000;

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

void note_guessed_lock(SpanId lock, std::int64_t at_unix_ns, Inferred& inferred) {
  if (!inferred.locks_guessed_since_unix_ns) inferred.locks_guessed_since_unix_ns = at_unix_ns;
  add(inferred, {lock == FmtSpans::kAnyLock ? 0 : lock, at_unix_ns});
}

// The texts of the span that the line is about or in and of those around it, where the
// line lists what its thread is inside of and that is this span.
FmtSpans::Chain chain_of(const FmtLine& fmt, std::string_view text) {
  const bool listed = !fmt.around.empty() && fmt.around.back() == text;
  return listed ? FmtSpans::Chain(fmt.around) : FmtSpans::Chain();
}

}  // namespace

void FmtRecords::deliver(const FmtLine& fmt, const Line& line, RecordSink& sink,
                         Coverage& coverage) {
  const Out out{fmt, line, sink, coverage};
  if (!coverage.inferred) coverage.inferred.emplace();
  if (fmt.thread != 0) coverage.facts.threads = true;
  if (fmt.at_unix_ns % 1000 != 0) coverage.facts.nanoseconds = true;
  coverage.step_ns = fmt.step_ns;
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
  if (guess.any) {
    Inferred& inferred = out.inferred();
    ++inferred.lines_guessed;
    inferred.lines_guessed_since_unix_ns =
        std::min(inferred.lines_guessed_since_unix_ns.value_or(fmt.at_unix_ns), fmt.at_unix_ns);
  }
  for (const SpanId lock : guess.locks) note_guessed_lock(lock, fmt.at_unix_ns, out.inferred());
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
  out.coverage.time_base = clock;
  if (clock != FmtClock::kNoZone && clock != FmtClock::kTimeOfDay) return;
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
  // An event of the program happens in the span that its thread is inside of. Where threads
  // are not told and several tasks are polled, what that is remains open.
  if (fmt.thread == 0 && spans_.all_polled().size() > 1) return true;
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
  if (spans_[slot].entered == 0) busy_.entered(slot, fmt.at_unix_ns);
  spans_.enter(slot, out.fmt.thread);
  Record record = out.record(RecordKind::kEnter);
  record.span = spans_.id(slot);
  out.emit(record);
}

void FmtRecords::exit(const Out& out) {
  const FmtLine& fmt = out.fmt;
  FmtSlot slot = fmt.span_told ? spans_.to_exit(fmt.span, fmt.target, out.fmt.thread)
                               : spans_.innermost(out.fmt.thread, fmt.target);
  if (slot == kNoSlot && !fmt.span_told) {
    ++out.coverage.events;
    return;
  }
  if (slot == kNoSlot) slot = recorded(fmt.span, out);
  if (slot == kNoSlot) slot = begin(fmt.span, parent_around(out, false), true, out);
  Record record = out.record(RecordKind::kExit);
  record.span = spans_.id(slot);
  const bool is_over = !spans_[slot].open && !is_spawn(spans_[slot].kind);
  if (spans_[slot].entered == 1) busy_.left(slot, fmt.at_unix_ns);
  spans_.exit(slot, out.fmt.thread);
  // Without threads a span may be taken for another that looks alike, and closed while it is
  // entered. The exit that comes then is no sign of an enter that the log lacks.
  if (is_over && fmt.thread == 0) {
    ++out.coverage.events;
    return note_instant(fmt.at_unix_ns, out.coverage);
  }
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
  if (is_spawn(spans_[slot].kind) && fmt.times) tell_times(slot, out);
  if (spans_[slot].kind == FmtKind::kTask) wakers_.closed(record.span);
  spans_.close(slot, out.fmt.thread);
  out.emit(record);
}

// fmt measures on its own how long a span was entered. Of a task that is never entered in the log
// that is all there is to know; else what the log tells should come to the same.
void FmtRecords::tell_times(FmtSlot slot, const Out& out) {
  const FmtBusy::Sum& sum = busy_.of(slot);
  const FmtCloseTimes& told = *out.fmt.times;
  if (sum.enters > 0) {
    // Both measure around the writing of a line, which may take its time. What lies between the
    // last exit and the close fmt may count as either. Older registries close a span before it is
    // left.
    const auto busy_ns = static_cast<double>(told.busy_ns);
    const double since_exit_ns =
        static_cast<double>(out.fmt.at_unix_ns) - static_cast<double>(sum.left_unix_ns);
    const double allowed_ns =
        busy_ns / 4 + static_cast<double>(out.fmt.step_ns) + since_exit_ns +
        static_cast<double>(kMostPerLineNs) * static_cast<double>(sum.enters + 1);
    // What blocks a thread is entered once, a worker for as long as the program runs: the clock may
    // have been set meanwhile, and no line is missing in between.
    const bool can_tell =
        spans_[slot].entered == 0 && !sum.clock_set_back && spans_[slot].kind != FmtKind::kBlocking;
    if (can_tell && std::abs(busy_ns - sum.ns) > allowed_ns) {
      ++out.inferred().tasks_unlike_close;
    }
    return;
  }
  ++out.inferred().tasks_timed_by_close;
  const auto whole = [](std::int64_t ns) {
    return trace::Value(static_cast<std::uint64_t>(std::max<std::int64_t>(0, ns)));
  };
  const std::array<subscriber::Field, 3> fields = {{{"task", trace::Value(spans_[slot].id)},
                                                    {"busy_ns", whole(told.busy_ns)},
                                                    {"idle_ns", whole(told.idle_ns)}}};
  Record record = out.record(RecordKind::kEvent);
  record.span = spans_[slot].id;
  record.target = "fmt::close";
  record.fields = fields;
  hand_on(record, out.line, out.sink);  // told by the line that closes the span: no event more
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
    record.span_guessed = fmt.thread == 0 && spans_.is_guessed(in);
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

}  // namespace ari::replay
