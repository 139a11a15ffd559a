#include "replay/report/why_view.h"

#include <fmt/format.h>

#include "replay/model/delay.h"
#include "replay/model/duration_text.h"
#include "replay/report/coverage_text.h"
#include "replay/report/instant_text.h"
#include "replay/report/json_members.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

bool is_wake(const LifeEvent& event) {
  return event.kind == LifeEvent::Kind::kWaker &&
         (event.op == WakerOp::kWake || event.op == WakerOp::kWakeByRef);
}

// What is known of a delay, for both views.
struct Explained {
  std::int64_t from_unix_ns = 0, until_unix_ns = 0;
  std::string_view basis;  // "thread", "one_thread", "none"
  ThreadTime here;
  std::vector<ThreadTime> elsewhere;
};

Explained explain(const Model& model, const ThreadActivity& activity, const Task& task,
                  const LifeEvent& poll) {
  Explained e;
  e.until_unix_ns = poll.at_unix_ns;
  e.from_unix_ns = poll.at_unix_ns - *poll.scheduled_ns;
  const bool threads = model.coverage.facts.threads && poll.thread != 0;
  e.basis = threads ? "thread" : activity.could_be_one_thread() ? "one_thread" : "none";
  const auto& slices = activity.slices();
  if (e.basis == "none") {
    e.here.not_told_ns = *poll.scheduled_ns;
    return e;
  }
  e.here = spent_on_thread(slices, poll.thread, task.span, e.from_unix_ns, e.until_unix_ns);
  if (threads) {
    e.elsewhere = spent_elsewhere(slices, poll.thread, task.span, e.from_unix_ns, e.until_unix_ns);
  }
  return e;
}

std::string label_at(const Model& model, SpanId span, LineNumber line) {
  const Task* found = nullptr;
  for (const Task& task : model.tasks) {
    if (task.span == span && task.first_line <= line) found = &task;
  }
  return found != nullptr ? task_label(*found) : fmt::format("[{}]", span);
}

std::int64_t parked_ns(const ThreadTime& time) {
  std::int64_t ns = 0;
  for (const DelayPart& part : time.parts) ns += part.task == 0 ? part.ns : 0;
  return ns;
}

std::int64_t polled_ns(const ThreadTime& time) {
  std::int64_t ns = 0;
  for (const DelayPart& part : time.parts) ns += part.task != 0 ? part.ns : 0;
  return ns;
}

void append_paragraph(const std::string& text, Role role, const TextStyle& style,
                      std::string& out) {
  for (const std::string& line : wrap(text, style.width)) {
    style.paint.append(out, role, line);
    out += '\n';
  }
}

std::string_view basis_words(std::string_view basis) {
  if (basis == "thread") return "from what the thread that polled it did, by the log";
  if (basis == "one_thread") {
    return "inferred: the log tells no threads, but no two polls in it overlap, as if there was "
           "one thread only";
  }
  return "The log tells no threads, and polls in it overlap: which of them the task sat behind "
         "cannot be told.";
}

void append_parts(const Model& model, const Explained& e, const TextStyle& style,
                  std::string& out) {
  const std::int64_t whole = e.until_unix_ns - e.from_unix_ns;
  const std::int64_t resolution = resolution_ns(model.coverage);
  Table table({{"Where the delay went", Align::kLeft, Column::kAlways, shorten_middle, 16},
               {"Time", Align::kRight},
               {"Share", Align::kRight},
               {"Times", Align::kRight, 20},
               {"From log line", Align::kRight, 10}});
  for (const DelayPart& part : e.here.parts) {
    if (part.ns == 0) continue;
    table.add({{part.task != 0 ? "behind " + label_at(model, part.task, part.line)
                               : "the worker was parked"},
               {duration_text(part.ns, resolution), Role::kFigure},
               {percent_text(part.ns, whole), Role::kDim},
               {count_text(part.polls)},
               {fmt::to_string(part.line), Role::kDim}});
  }
  if (e.here.not_told_ns > 0) {
    table.add({{"not told", Role::kDim},
               {duration_text(e.here.not_told_ns, resolution), Role::kFigure},
               {percent_text(e.here.not_told_ns, whole), Role::kDim},
               {},
               {}});
  }
  table.add({{"total"}, {duration_text(whole, resolution), Role::kFigure}, {}, {}, {}});
  out += '\n';
  table.render(style.width, 2, style.paint, out);
}

void append_elsewhere(const Model& model, const Explained& e, const TextStyle& style,
                      std::string& out) {
  if (e.elsewhere.empty()) return;
  const std::int64_t resolution = resolution_ns(model.coverage);
  Table table({{"Thread meanwhile"},
               {"In polls", Align::kRight},
               {"Parked", Align::kRight},
               {"Not told", Align::kRight}});
  for (const ThreadTime& time : e.elsewhere) {
    table.add({{fmt::to_string(time.thread)},
               {duration_text(polled_ns(time), resolution)},
               {duration_text(parked_ns(time), resolution)},
               {duration_text(time.not_told_ns, resolution)}});
  }
  out += '\n';
  table.render(style.width, 2, style.paint, out);
}

void write_parts(JsonWriter& json, const ThreadTime& time) {
  json.key("parts");
  json.begin_list();
  for (const DelayPart& part : time.parts) {
    json.begin_object();
    json.member("part", part.task != 0 ? "poll" : "parked");
    member_from_1(json, "task", part.task);
    json.member("duration_ns", part.ns);
    json.member("count", part.polls);
    member_from_1(json, "first_line", part.line);
    json.end_object();
  }
  json.end_list();
  json.member("not_told_ns", time.not_told_ns);
}

}  // namespace

Result<DelayedPoll> find_delay(const Task& task, std::optional<std::size_t> number) {
  DelayedPoll found;
  const LifeEvent* wake = nullptr;  // the first that no poll has answered yet
  for (const LifeEvent& event : task.life) {
    if (is_wake(event) && wake == nullptr) wake = &event;
    if (event.kind != LifeEvent::Kind::kPoll) continue;
    ++found.count;
    const bool longer = event.scheduled_ns &&
                        (found.poll == nullptr || *event.scheduled_ns > *found.poll->scheduled_ns);
    if (number ? *number == found.count : longer) {
      found.poll = &event;
      found.number = found.count;
      found.wake = wake;
    }
    wake = nullptr;
  }
  if (number && found.poll == nullptr) {
    return Error{fmt::format("{} has no poll {}: it was polled {}", task_label(task), *number,
                             count_text(found.count, "time", "times"))};
  }
  if (found.poll == nullptr || !found.poll->scheduled_ns) {
    return Error{fmt::format("{}: nothing on record asked for {}, so there is no delay to explain",
                             task_label(task), number ? "that poll" : "a poll of it")};
  }
  return found;
}

void why_text(const Model& model, const ThreadActivity& activity, const Task& task,
              const DelayedPoll& delayed, const TextStyle& style, std::string& out) {
  const LifeEvent& poll = *delayed.poll;
  const Explained e = explain(model, activity, task, poll);
  style.paint.append(out, Role::kTask, task_label(task));
  out += fmt::format("  poll {} of {} waited {}\n", count_text(delayed.number),
                     count_text(delayed.count),
                     duration_text(*poll.scheduled_ns, resolution_ns(model.coverage)));
  append_loss(model.coverage, style, out);
  std::string text = "ready since " + instant_text(e.from_unix_ns, model.coverage);
  if (delayed.wake == nullptr) {
    text += delayed.number == 1 ? ", its spawn" : "";
  } else {
    text += fmt::format(", woken in line {}", delayed.wake->first_line);
    if (delayed.wake->self_wake || delayed.wake->by_task == task.span) {
      text += " by itself (a wake in a poll counts from that poll's end)";
    } else if (delayed.wake->by_task != 0) {
      text += " by " + label_at(model, delayed.wake->by_task, delayed.wake->first_line);
    }
  }
  text += fmt::format("; polled in line {}", poll.first_line);
  if (poll.thread != 0) text += fmt::format(" on thread {}", poll.thread);
  append_paragraph(text, Role::kPlain, style, out);
  append_parts(model, e, style, out);
  append_elsewhere(model, e, style, out);
  out += '\n';
  append_paragraph(std::string(basis_words(e.basis)), Role::kDim, style, out);
}

void why_json(const Model& model, const ThreadActivity& activity, const Task& task,
              const DelayedPoll& delayed, std::string& out) {
  const Explained e = explain(model, activity, task, *delayed.poll);
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.member("task", task.span);
  json.key("delay");
  json.begin_object();
  json.member("poll", delayed.number);
  json.member("scheduled_ns", *delayed.poll->scheduled_ns);
  member_instant(json, "ready_at", e.from_unix_ns);
  member_instant(json, "polled_at", e.until_unix_ns);
  member_from_1(json, "wake_line", delayed.wake != nullptr ? delayed.wake->first_line : 0);
  member_from_1(json, "by_task", delayed.wake != nullptr ? delayed.wake->by_task : 0);
  member_from_1(json, "thread", delayed.poll->thread);
  json.member("basis", e.basis);
  write_parts(json, e.here);
  json.end_object();
  json.key("other_threads");
  json.begin_list();
  for (const ThreadTime& time : e.elsewhere) {
    json.new_line();
    json.begin_object();
    json.member("thread", time.thread);
    write_parts(json, time);
    json.end_object();
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
