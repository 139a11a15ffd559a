#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "replay/model/duration_text.h"
#include "replay/model/open_time.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/display_width.h"
#include "replay/report/instant_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/tasks_by_span.h"
#include "replay/report/why_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kMostParts = 12;

template <typename Counts>
std::int64_t sum_ns(const ThreadTime& time, Counts counts) {
  std::int64_t ns = 0;
  for (const DelayPart& part : time.parts) ns += counts(part) ? part.ns : 0;
  return ns;
}

class WhyText {
 public:
  WhyText(const Model& model, const Why& why, const TextStyle& style, std::string& out)
      : model_(model),
        tasks_(model),
        why_(why),
        style_(style),
        out_(out),
        resolution_ns_(model.coverage.resolution_ns()) {}

  void print(bool all) {
    title();
    append_as_of(model_.coverage, style_, out_);
    append_loss(model_.coverage, style_, out_);
    if (!why_.delayed.timer_overdue) when();
    const bool is_told = why_.basis == "thread" || why_.basis == "one_thread";
    if (is_told) parts("Where the delay went", why_.here, why_.delayed.waited_ns(), all);
    timer(all);
    elsewhere();
    out_ += '\n';
    paragraph(basis_words(), Role::kDim);
    untold_timers();
    now();
  }

 private:
  std::string duration(std::int64_t ns) const { return duration_text(ns, resolution_ns_); }

  void paragraph(std::string_view text, Role role) { append_note(text, style_, out_, role); }

  void title() {
    const DelayedPoll& d = why_.delayed;
    std::string text;
    if (d.poll != nullptr) {
      text =
          fmt::format("poll {} of {} waited ", count_text(d.number), count_text(why_.task->polls));
    } else {
      text = fmt::format("poll {}, still to come, {} ", count_text(d.number),
                         d.timer_overdue ? "waits for a timer that is overdue by" : "has waited");
    }
    const std::string waited = duration(d.waited_ns());
    constexpr std::size_t kLeastLabel = 12, kGap = 2;
    std::size_t used = display_width(text) + display_width(waited) + kGap;
    const std::size_t room = std::max(style_.width - std::min(style_.width, used), kLeastLabel);
    const std::string label = shorten_middle(task_label(*why_.task), room);
    used += display_width(label);
    style_.paint.append(out_, Role::kTask, label);
    // On a line of its own if need be.
    const auto gap = [&](std::size_t columns) {
      if (columns > style_.width) out_ += '\n';
      out_.append(kGap, ' ');
    };
    gap(used);
    out_ += text;
    style_.paint.append(out_, Role::kFigure, waited);
    if (d.timer && d.timer->is_late() && !d.timer_overdue) {
      constexpr std::string_view kAfter = "after a timer that was late by ";
      const std::string late = duration(d.timer->late_ns);
      gap(used + kGap + kAfter.size() + display_width(late));
      out_ += kAfter;
      style_.paint.append(out_, Role::kFigure, late);
    }
    out_ += '\n';
  }

  // Since when it was ready, by whom, and when it was polled.
  void when() {
    const DelayedPoll& d = why_.delayed;
    std::string text = "ready since " + instant_text(d.from_unix_ns, model_.coverage);
    if (d.wake == nullptr) {
      const bool is_spawn = d.number == 1 && why_.task->created_unix_ns;
      text += is_spawn ? ", its spawn" : d.number == 1 ? ", where the log begins" : "";
    } else {
      text += fmt::format(", woken in line {}", line_text(model_.coverage, d.wake->first_line));
      if (d.wake->self_wake || d.wake->by_task == why_.task->span) {
        text += " by itself (a wake in a poll counts from that poll's end)";
      } else if (d.timer) {
        text += " by a timer";
      } else if (d.wake->by_task != 0) {
        text += " by " + tasks_.label_at(d.wake->by_task, d.wake->first_line);
      } else if (d.wake->by_unclear) {
        text += " by one of several tasks that were polled then (the log does not tell which)";
      }
    }
    if (d.poll != nullptr) {
      text += fmt::format("; polled in line {}", line_text(model_.coverage, d.poll->first_line));
      if (d.poll->thread != 0) text += fmt::format(" on thread {}", d.poll->thread);
    }
    paragraph(text, Role::kPlain);
  }

  void parts(std::string_view what, const ThreadTime& time, std::int64_t whole_ns, bool all) {
    Table table({{what, Align::kLeft, Column::kAlways, shorten_middle, 16},
                 {"Time", Align::kRight},
                 {"Share", Align::kRight},
                 {"Times", Align::kRight, 20},
                 {"From log line", Align::kRight, 10}});
    const auto add = [&](std::string label, std::int64_t ns, std::uint64_t times, LineNumber line) {
      table.add({{std::move(label), line == 0 ? Role::kDim : Role::kPlain},
                 {duration(ns), Role::kFigure},
                 {percent_text(ns, whole_ns), Role::kDim},
                 {times > 0 ? count_text(times) : ""},
                 {line_text(model_.coverage, line), Role::kDim}});
    };
    const std::int64_t least_ns = all ? 0 : least_shown(time);
    DelayPart others;
    std::size_t count = 0;
    for (const DelayPart& part : time.parts) {
      if (part.ns == 0) continue;
      if (part.ns >= least_ns || part.task == 0) {
        add(part.task != 0 ? "behind " + tasks_.label_at(part.task, part.line)
                           : "the worker was parked",
            part.ns, part.polls, part.line);
        continue;
      }
      ++count;
      others.ns += part.ns;
      others.polls += part.polls;
    }
    if (count > 0) {
      add(fmt::format("behind {} (--all)", count_text(count, "more task", "more tasks")), others.ns,
          others.polls, 0);
    }
    if (time.not_told_ns > 0) add("not told", time.not_told_ns, 0, 0);
    table.add({{"total"}, {duration(whole_ns), Role::kFigure}, {}, {}, {}});
    out_ += '\n';
    table.render(style_.width, kIndent, style_.paint, out_);
  }

  // Of many parts the longest are shown: those of at least that length.
  static std::int64_t least_shown(const ThreadTime& time) {
    if (time.parts.size() <= kMostParts) return 0;
    std::vector<std::int64_t> lengths;
    for (const DelayPart& part : time.parts) lengths.push_back(part.ns);
    const auto least = lengths.begin() + (kMostParts - 2);
    std::nth_element(lengths.begin(), least, lengths.end(), std::greater<>());
    return *least;
  }

  void timer(bool all) {
    if (!why_.delayed.timer) return;
    const FiredTimer& fired = *why_.delayed.timer;
    const bool overdue = why_.delayed.timer_overdue;
    std::string text =
        fmt::format("The timer that {}{}, {} [{}]", overdue ? "is to wake it" : "woke it",
                    fired.basis == WakerBasis::kOrder ? " (a guess: others fit too)" : "",
                    escaped(fired.clone->concrete_type), fired.clone->timer);
    if (fired.clone->location) text += " made at " + escaped(location_text(*fired.clone->location));
    text += fmt::format(", was due by {}", instant_text(fired.clone->due_unix_ns, model_.coverage));
    if (!overdue)
      text += fired.is_late()
                  ? fmt::format(" and fired {} late, or up to 1ms more", duration(fired.late_ns))
                  : " and fired in time, to the millisecond that timers count";
    if (why_.turn && why_.turn->timers > 1) {
      text +=
          fmt::format(", one of {} in a turn of the driver (line {})",
                      count_text(why_.turn->timers), line_text(model_.coverage, why_.turn->line));
    }
    out_ += '\n';
    paragraph(text, fired.is_late() ? Role::kWarning : Role::kPlain);
    if (fired.is_late() && !overdue) parts("Why it was late", why_.timer_late, fired.late_ns, all);
  }

  void elsewhere() {
    if (why_.elsewhere.empty()) return;
    Table table({{"Thread meanwhile"},
                 {"In polls", Align::kRight},
                 {"Parked", Align::kRight},
                 {"Not told", Align::kRight},
                 {"Longest in", Align::kLeft, 10, shorten_middle, 12}});
    for (const ThreadTime& time : why_.elsewhere) {
      const auto in_polls = [](const DelayPart& part) { return part.task != 0; };
      const auto longest =
          std::max_element(time.parts.begin(), time.parts.end(), [&](const auto& a, const auto& b) {
            return (in_polls(a) ? a.ns : 0) < (in_polls(b) ? b.ns : 0);
          });
      const bool polled = longest != time.parts.end() && in_polls(*longest) && longest->ns > 0;
      table.add({{fmt::to_string(time.thread)},
                 {duration(sum_ns(time, in_polls))},
                 {duration(sum_ns(time, std::not_fn(in_polls)))},
                 {duration(time.not_told_ns)},
                 {polled ? tasks_.label_at(longest->task, longest->line) : "", Role::kTask}});
    }
    out_ += '\n';
    table.render(style_.width, kIndent, style_.paint, out_);
  }

  std::string_view basis_words() const {
    if (why_.basis == "thread") return "From what the log says of the thread that polled it.";
    if (why_.basis == "not_polled") {
      return "Which thread will poll it is open: that is what each of them did.";
    }
    if (why_.basis == "one_thread") {
      return model_.coverage.facts.threads
                 ? "Inferred: all polls in the log are on one thread, which is to poll it too."
                 : "Inferred: the log tells no threads, but no two polls in it overlap, as if "
                   "there "
                   "was one thread only.";
    }
    return "The log tells no threads, and polls in it overlap: which of them the task sat behind "
           "cannot be told.";
  }

  void untold_timers() {
    if (model_.coverage.facts.resources || why_.delayed.wake == nullptr) return;
    paragraph("The log does not tell of resources: whether a late timer woke it is not known.",
              Role::kDim);
  }

  // What a task does that is not ready any more.
  void now() {
    const Task& task = *why_.task;
    if (task.state != State::kIdle || why_.delayed.timer_overdue) return;
    const std::int64_t idle_ns = open_ns(model_, task.state_since_unix_ns, task.last_line);
    if (idle_ns == 0) return;
    paragraph(fmt::format("Now it is idle, for {}: ari-replay tree shows what it waits in.",
                          duration(idle_ns)),
              Role::kDim);
  }

  const Model& model_;
  const TasksBySpan tasks_;
  const Why& why_;
  const TextStyle& style_;
  std::string& out_;
  const std::int64_t resolution_ns_;
};

}  // namespace

void why_text(const Model& model, const Why& why, bool all, const TextStyle& style,
              std::string& out) {
  WhyText(model, why, style, out).print(all);
}

}  // namespace ari::replay
