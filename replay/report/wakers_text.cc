#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "replay/model/duration_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/offset_text.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/tasks_by_span.h"
#include "replay/report/told_task.h"
#include "replay/report/wakers_view.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kShownAtEachEnd = 20;

class WakersText {
 public:
  WakersText(const Model& model, std::size_t index, const TextStyle& style, std::string& out)
      : model_(model),
        tasks_(model),
        task_(model.tasks[index]),
        ledger_(waker_ledger(task_)),
        style_(style),
        out_(out),
        resolution_ns_(model.coverage.resolution_ns()),
        scale_(offset_scale(task_.total_ns, resolution_ns_)),
        begin_ns_(task_.created_unix_ns.value_or(
            task_.life.empty() ? 0 : task_.life.front().at_unix_ns)) {}

  void print(bool all) {
    style_.paint.append(out_, Role::kTask, task_label(task_));
    out_ += '\n';
    append_as_of(model_.coverage, style_, out_);
    append_loss(model_.coverage, style_, out_);
    totals();
    lost();
    wakers(all);
    events(all);
    notes();
  }

 private:
  const LifeEvent& event_of(std::size_t entry) const {
    return task_.life[ledger_.entries[entry].event];
  }
  std::string at(const LifeEvent& event) const {
    return offset_text(event.at_unix_ns - begin_ns_, scale_);
  }

  std::string_view since() const {
    return task_.created_unix_ns ? "  times from its spawn on"
                                 : "  times from the first line about it on";
  }

  void paragraph(Role role, const std::string& text) { append_note(text, style_, out_, role); }
  void heading(std::string_view text, std::string_view beside = {}) {
    out_ += '\n';
    style_.paint.append(out_, Role::kHeading, text);
    style_.paint.append(out_, Role::kDim, beside);
    out_ += '\n';
  }

  void totals() {
    std::uint64_t unused = 0, unsure = 0;
    for (const LedgerWaker& waker : ledger_.wakers) {
      if (waker.wakes > 0) continue;
      ++unused;
      unsure += waker.doubtful ? 1 : 0;
    }
    std::uint64_t wakes = 0, refs = 0;
    for (const WakerEntry& entry : ledger_.entries) {
      wakes += task_.life[entry.event].op == WakerOp::kWake ? 1 : 0;
      refs += task_.life[entry.event].op == WakerOp::kWakeByRef ? 1 : 0;
    }
    const auto left = told_waker_count(task_);
    std::string text = fmt::format(
        "{} cloned, {} dropped or used up, {} left; {} by value, {} by reference",
        count_text(task_.waker_clones, "waker", "wakers"), count_text(task_.waker_drops),
        left ? count_text(*left) : "–", count_text(wakes, "wake", "wakes"), count_text(refs));
    if (unused > 0) {
      text += fmt::format("; {} never woke it", count_text(unused, "waker", "wakers"));
      if (unsure > 0)
        text += unsure == unused ? " (inferred)" : fmt::format(" ({} of them inferred)", unsure);
    }
    paragraph(Role::kPlain, text);
  }

  // Who took away the last waker, for each time that the task had none.
  void lost() {
    for (const LostWaker& lost : lost_wakers(task_, ledger_)) {
      std::string text = fmt::format(
          "{}without a waker for {} from {} on", lost.spell.refuted ? "for a while " : "",
          duration_text(lost.spell.until_unix_ns - lost.spell.since_unix_ns, resolution_ns_),
          in_line(lost.spell.first_line));
      if (!lost.last) {
        text += ": no waker was ever cloned";
      } else {
        const LifeEvent& last = event_of(*lost.last);
        text += fmt::format(": the last one, {}, was {} {} in {}", name_of(*lost.last),
                            last.op == WakerOp::kDrop ? "dropped" : "used up by a wake",
                            where_by_whom(last), in_line(last.first_line));
        if (const auto waker = ledger_.entries[*lost.last].waker) {
          const LifeEvent& clone = event_of(ledger_.wakers[*waker].cloned);
          text += fmt::format("; it had been cloned {} in {}", where_by_whom(clone),
                              in_line(clone.first_line));
        }
      }
      paragraph(lost.spell.refuted ? Role::kPlain : Role::kWarning, text);
    }
  }

  std::string in_line(LineNumber line) const { return "line " + line_text(model_.coverage, line); }

  // "#3", "#3?" if that is not certain, "–" if it is none on record.
  std::string name_of(std::size_t entry) const {
    const WakerEntry& used = ledger_.entries[entry];
    if (!used.waker) return "–";
    return fmt::format("#{}{}", *used.waker + 1, used.basis == WakerBasis::kOrder ? "?" : "");
  }

  // In whose span it happened: "Sleep::new_timeout [16]"; empty if in none, or not told.
  std::string where(const LifeEvent& event) const {
    return event.async_op   ? op_label(model_, event.async_op)
           : event.resource ? resource_label(model_, event.resource)
                            : std::string();
  }

  // Who did it: "itself", "left [6]".
  std::string by_whom(const LifeEvent& event) const {
    if (event.self_wake || event.by_task == task_.span) return "itself";
    if (event.by_task != 0) return tasks_.label_at(event.by_task, event.first_line);
    if (event.by_unclear) return "one of several";
    return model_.coverage.facts.threads ? "no task" : "not told";
  }

  // Both, in a sentence.
  std::string where_by_whom(const LifeEvent& event) const {
    const std::string place = where(event);
    if (event.by_task == 0 && !event.self_wake && !event.by_unclear) {
      if (!place.empty()) return "in " + place;
      return model_.coverage.facts.threads ? "outside of all tasks" : "(not told by whom)";
    }
    return (place.empty() ? "by " : "in " + place + " by ") + by_whom(event);
  }

  std::string fate(const LedgerWaker& waker) const {
    if (!waker.gone) return waker.wakes > 0 ? "left, woke it" : "left, never woke it";
    const bool woke = event_of(*waker.gone).op == WakerOp::kWake;
    std::string out = woke ? "woke it" : waker.wakes > 0 ? "woke it, dropped" : "dropped unused";
    if (waker.wakes > 1) out += fmt::format(" ({} wakes)", waker.wakes);
    return out;
  }

  void wakers(bool all) {
    if (ledger_.wakers.empty()) return;
    const std::string cloned_title = "Cloned" + std::string(scale_.title).substr(2);  // "At (ms)"
    Table table({{"Waker", Align::kRight},
                 {cloned_title, Align::kRight, 40},
                 {"Lived", Align::kRight, 30},
                 {"What became of it"},
                 {"Cloned in", Align::kLeft, 20, shorten_middle, 14},
                 {"By", Align::kLeft, 25, shorten_middle, 8},
                 {"Log line", Align::kRight, 30}});
    const bool cut = !all && ledger_.wakers.size() > 3 * kShownAtEachEnd;
    for (std::size_t i = 0; i < ledger_.wakers.size(); ++i) {
      if (cut && i == kShownAtEachEnd) {
        table.add({{"…", Role::kDim}, {}, {}, {}, {}, {}, {}});
        i = ledger_.wakers.size() - kShownAtEachEnd;
      }
      const LedgerWaker& waker = ledger_.wakers[i];
      const LifeEvent& clone = event_of(waker.cloned);
      std::string lived;
      if (waker.gone) {
        lived = duration_text(
            std::max<std::int64_t>(0, event_of(*waker.gone).at_unix_ns - clone.at_unix_ns),
            resolution_ns_);
      }
      table.add({{fmt::format("#{}", i + 1), Role::kWaker},
                 {at(clone), Role::kDim},
                 {lived},
                 {fate(waker) + (waker.doubtful ? " ?" : ""),
                  waker.wakes == 0 ? Role::kWarning : Role::kPlain},
                 {where(clone), Role::kPoll},
                 {by_whom(clone)},
                 {line_text(model_.coverage, clone.first_line), Role::kDim}});
    }
    heading("Wakers", since());
    table.render(style_.width, kIndent, style_.paint, out_);
    left_out(cut, ledger_.wakers.size(), "waker", "wakers");
  }

  void events(bool all) {
    if (ledger_.entries.empty()) return;
    Table table({{scale_.title, Align::kRight},
                 {"Event"},
                 {"Waker", Align::kRight},
                 {"Basis", Align::kLeft, 25},
                 {"In", Align::kLeft, 20, shorten_middle, 14},
                 {"By", Align::kLeft, 28, shorten_middle, 8},
                 {"Thread", Align::kRight, 10},
                 {"Log line", Align::kRight, 30}});
    const bool cut = !all && ledger_.entries.size() > 3 * kShownAtEachEnd;
    for (std::size_t i = 0; i < ledger_.entries.size(); ++i) {
      if (cut && i == kShownAtEachEnd) {
        table.add({{"…", Role::kDim}, {}, {}, {}, {}, {}, {}, {}});
        i = ledger_.entries.size() - kShownAtEachEnd;
      }
      const WakerEntry& entry = ledger_.entries[i];
      const LifeEvent& event = event_of(i);
      table.add(
          {{at(event), Role::kDim},
           {std::string(word(event.op)), Role::kWaker},
           {name_of(i)},
           {entry.basis == WakerBasis::kClone ? "" : std::string(word(entry.basis)), Role::kDim},
           {where(event), Role::kPoll},
           {by_whom(event)},
           {event.thread > 0 ? fmt::to_string(event.thread) : "", Role::kDim},
           {line_text(model_.coverage, event.first_line), Role::kDim}});
    }
    heading("Events", since());
    table.render(style_.width, kIndent, style_.paint, out_);
    left_out(cut, ledger_.entries.size(), "event", "events");
  }

  void left_out(bool cut, std::size_t count, std::string_view one, std::string_view many) {
    if (!cut) return;
    style_.paint.append(out_, Role::kDim,
                        fmt::format("  {} in the middle left out: --all shows them\n",
                                    count_text(count - 2 * kShownAtEachEnd, one, many)));
  }

  // What the numbers of wakers rest on.
  void notes() {
    if (ledger_.entries.empty()) {
      paragraph(Role::kDim, "no waker of it is in the log");
      return;
    }
    explain_bases();
    explain_unclear();
    if (ledger_.guessed > 0) {
      paragraph(Role::kDim, fmt::format("{} of {} rest on order alone", count_text(ledger_.guessed),
                                        count_text(ledger_.entries.size(), "event", "events")));
    }
    if (!model_.coverage.facts.resources) {
      paragraph(Role::kDim,
                "The format does not tell of resources: where wakers were held is not known.");
    }
  }

  // What "one of several" in the column "By" means, if it stands there.
  void explain_unclear() {
    const auto unclear = std::count_if(task_.life.begin(), task_.life.end(),
                                       [](const LifeEvent& event) { return event.by_unclear; });
    if (unclear == 0) return;
    paragraph(Role::kDim,
              fmt::format("By whom {} {} cannot be told: several tasks were polled "
                          "at that moment, and the log tells no threads.",
                          count_text(static_cast<std::uint64_t>(unclear), "event", "events"),
                          unclear == 1 ? "was" : "were"));
  }

  // What the words in the column "Basis" mean, of those that stand there.
  void explain_bases() {
    constexpr std::pair<WakerBasis, std::string_view> kMeanings[] = {
        {WakerBasis::kOnly, "only: no other was left"},
        {WakerBasis::kOp, "op: the only one cloned in the same async op"},
        {WakerBasis::kResource, "resource: the only one cloned in the same resource"},
        {WakerBasis::kOrder, "order: the last cloned of several that fit, a guess (#?)"},
        {WakerBasis::kPoll, "poll: most likely the poll's own, which is no clone"},
        {WakerBasis::kNone, "none: its clone is not in the log"}};
    std::string text;
    for (const auto& [basis, meaning] : kMeanings) {
      const bool occurs = std::any_of(ledger_.entries.begin(), ledger_.entries.end(),
                                      [&](const WakerEntry& e) { return e.basis == basis; });
      if (occurs) text.append(text.empty() ? " " : "; ").append(meaning);
    }
    if (text.empty()) return;
    const bool doubt = std::any_of(ledger_.wakers.begin(), ledger_.wakers.end(),
                                   [](const LedgerWaker& waker) { return waker.doubtful; });
    out_ += '\n';
    paragraph(
        Role::kDim,
        "The log does not say which waker was used; it is inferred." + text + "." +
            (doubt ? " What became of a waker has a ? where another may have been meant." : ""));
  }

  const Model& model_;
  const TasksBySpan tasks_;
  const Task& task_;
  const WakerLedger ledger_;
  const TextStyle& style_;
  std::string& out_;
  const std::int64_t resolution_ns_;
  const OffsetScale scale_;
  const std::int64_t begin_ns_;
};

}  // namespace

std::string_view word(WakerBasis basis) noexcept {
  switch (basis) {
    case WakerBasis::kClone:
      return "clone";
    case WakerBasis::kOnly:
      return "only";
    case WakerBasis::kOp:
      return "op";
    case WakerBasis::kResource:
      return "resource";
    case WakerBasis::kOrder:
      return "order";
    case WakerBasis::kPoll:
      return "poll";
    case WakerBasis::kNone:
      break;
  }
  return "none";
}

void wakers_text(const Model& model, std::size_t index, bool all, const TextStyle& style,
                 std::string& out) {
  WakersText(model, index, style, out).print(all);
}

}  // namespace ari::replay
