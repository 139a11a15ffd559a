// A task is its headline, and below it a tree:
//
//   ‖ right [8]  idle for 203ms  parked at main.cc:27:38  spawned at main.cc:41:59
//   └─ Mutex::lock [11]  for 203ms
//      └─ Mutex [5]  made at main.cc:35:24
//         └─ held by left [7]  for 250ms  itself idle for 203ms
//            └─ Sleep::new_timeout [13]  for 203ms
//
// A task that joins others has those in the place of a resource and its holders.
//
// What finds no room in a line goes on in the next, between the tree's own lines. Tasks that wait
// alike are told in a line below the first of them.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "replay/lint/certainty.h"
#include "replay/model/await_tree.h"
#include "replay/model/duration_text.h"
#include "replay/model/lock_fold.h"
#include "replay/model/open_time.h"
#include "replay/report/alike.h"
#include "replay/report/attribute_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/deadlock_words.h"
#include "replay/report/display_width.h"
#include "replay/report/dump_view.h"
#include "replay/report/holders.h"
#include "replay/report/instant_text.h"
#include "replay/report/joined.h"
#include "replay/report/shorten.h"
#include "replay/report/state_counts.h"
#include "replay/report/table.h"
#include "replay/report/told_task.h"
#include "replay/report/tree_line.h"
#include "replay/report/warnings.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kLeastPlace = 14;

class DumpText {
 public:
  DumpText(const Model& model, const Findings& findings, DumpForm form, bool all,
           const TextStyle& style, std::string& out)
      : model_(model),
        form_(form),
        all_(all),
        style_(style),
        out_(out),
        tree_(model),
        warnings_(warnings_by_task(model, findings)) {}

  // How many tasks were marked.
  std::size_t warned() const { return warned_.size(); }

  void append_tasks() {
    const std::vector<std::uint32_t> tasks = shown_tasks();
    for (const std::vector<std::size_t>& group : groups_of(tasks)) {
      std::vector<std::uint32_t> members;
      for (const std::size_t place : group) {
        if (!shown_.contains(tasks[place])) members.push_back(tasks[place]);
      }
      if (members.empty()) continue;
      append_task(members.front());
      append_others(members);
    }
    append_of_nobody();
  }

 private:
  std::vector<std::uint32_t> shown_tasks() const {
    if (form_ == DumpForm::kTree) return tree_.roots();
    std::vector<std::uint32_t> tasks;
    for (std::uint32_t i = 0; i < model_.tasks.size(); ++i) {
      if (model_.tasks[i].state != State::kCompleted) tasks.push_back(i);
    }
    return tasks;
  }

  // Tasks (by index), or waits, that are alike; each by itself if all are to be shown.
  template <typename Item>
  std::vector<std::vector<std::size_t>> groups_of(const std::vector<Item>& items) const {
    std::vector<std::string> likenesses;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (all_) {
        likenesses.push_back(fmt::to_string(i));
      } else if constexpr (std::is_pointer_v<Item>) {
        likenesses.push_back(likeness(model_, tree_, *items[i]));
      } else {
        likenesses.push_back(likeness(model_, tree_, items[i]) + warning_text(items[i]));
      }
    }
    return alike(likenesses);
  }

  // "× 39 like it, idle for 4.53ms to 9.38ms: locker-1 [8], locker-2 [9], …"
  void append_others(const std::vector<std::uint32_t>& members) {
    if (members.size() == 1) return;
    std::int64_t shortest_ns = INT64_MAX, longest_ns = 0;
    std::string names;
    for (std::size_t i = 1; i < members.size(); ++i) {
      const Task& task = model_.tasks[members[i]];
      shortest_ns = std::min(shortest_ns, state_ns(task));
      longest_ns = std::max(longest_ns, state_ns(task));
      shown_.insert(members[i]);
      if (!warnings_[members[i]].empty()) warned_.insert(members[i]);
      if (names.size() < style_.width) names += (i == 1 ? "" : ", ") + task_label(task);
    }
    const Task& first = model_.tasks[members.front()];
    append_like_it(
        members.size() - 1,
        is_state_told(first, model_.coverage)
            ? fmt::format("{} {}", word(first.state), range_text(shortest_ns, longest_ns))
            : std::string(kStateUntold),
        names);
  }

  std::string range_text(std::int64_t shortest_ns, std::int64_t longest_ns) const {
    std::string range = for_text(shortest_ns);
    const std::string longest = for_text(longest_ns).substr(std::string_view("for ").size());
    if (!range.ends_with(" " + longest)) range += " to " + longest;
    return range;
  }

  void append_like_it(std::size_t count, const std::string& what, const std::string& names) {
    std::string text = fmt::format("× {} like it, {}", count_text(count), what);
    if (!names.empty()) text += ": " + names;
    style_.paint.append(out_, Role::kFigure, shorten_end(text, style_.width));
    out_ += '\n';
  }

  void append_of_nobody() {
    const std::vector<const Wait*>& waits = tree_.of_nobody();
    if (waits.empty()) return;
    out_ += '\n';
    style_.paint.append(out_, Role::kDim, "Not told whose");
    out_ += '\n';
    const std::vector<std::vector<std::size_t>> groups = groups_of(waits);
    for (const std::vector<std::size_t>& group : groups) {
      const Branch here = Branch().below(&group == &groups.back());
      append_wait(*waits[group.front()], here);
      if (group.size() == 1) continue;
      std::int64_t shortest_ns = INT64_MAX, longest_ns = 0;
      for (const std::size_t place : std::span(group).subspan(1)) {
        shortest_ns = std::min(shortest_ns, waits[place]->for_ns);
        longest_ns = std::max(longest_ns, waits[place]->for_ns);
      }
      style_.paint.append(out_, Role::kDim, here.rest);
      append_like_it(group.size() - 1, range_text(shortest_ns, longest_ns), "");
    }
  }

  std::int64_t state_ns(const Task& task) const {
    return open_ns(model_, task.state_since_unix_ns, task.last_line);
  }

  std::string for_text(std::int64_t duration_ns) const {
    return "for " + duration_text(duration_ns, model_.coverage.resolution_ns());
  }

  void append_line(const Branch& at, const std::vector<Cell>& pieces) {
    append_tree_line(at, pieces, style_, out_);
  }

  // "made at src/main.rs:6:37", so short that it fits a line of its own; empty if not told.
  template <typename Location>
  Cell place(std::string_view what, const Location& location, const Branch& at) const {
    std::string text = escaped(location_text(location));
    if (text.empty()) return {};
    const std::size_t taken = display_width(at.rest) + 2 + what.size() + 1;
    const std::size_t room = style_.width > taken ? style_.width - taken : 0;
    text = shorten_location(text, std::max(room, kLeastPlace));
    return {fmt::format("{} {}", what, text), Role::kPlain};
  }

  std::string state_text(const Task& task) const {
    if (!is_state_told(task, model_.coverage)) return std::string(kStateUntold);
    if (task.state == State::kCompleted) return std::string(word(task.state));
    return fmt::format("{} {}", word(task.state), for_text(state_ns(task)));
  }

  // "! lost-waker", if a lint holds against it.
  std::string warning_text(std::uint32_t task) const {
    const std::vector<std::string_view>& names = warnings_[task];
    return names.empty() ? std::string() : fmt::format("! {}", fmt::join(names, ", "));
  }

  Cell warning(std::uint32_t task) {
    if (!warnings_[task].empty()) warned_.insert(task);
    return {warning_text(task), Role::kWarning};
  }

  void append_task(std::uint32_t index) {
    const Task& task = model_.tasks[index];
    shown_.insert(index);
    out_ += '\n';
    const Branch top;
    const bool is_told = is_state_told(task, model_.coverage);
    append_line(top, {{fmt::format("{} {}", is_told ? sign(task.state) : "–", task_label(task)),
                       Role::kTask},
                      {state_text(task), Role::kFigure},
                      warning(index),
                      is_told && task.polls == 0 ? Cell{"not polled yet", Role::kPlain} : Cell{},
                      parked(task, top),
                      task.location ? place("spawned at", *task.location, top) : Cell{}});
    append_waits(tree_.waits_of(index), top);
  }

  Cell parked(const Task& task, const Branch& at) const {
    const bool is_parked = task.parked_at && task.state != State::kRunning;
    return is_parked ? place("parked at", *task.parked_at, at) : Cell{};
  }

  void append_waits(const std::vector<const Wait*>& waits, const Branch& at) {
    for (const Wait* wait : waits) append_wait(*wait, at.below(wait == waits.back()));
  }

  void append_wait(const Wait& wait, const Branch& at) {
    if (wait.op != nullptr) return append_op(wait, *wait.op, at);
    if (wait.joins != nullptr) return append_join(wait, *wait.joins, at);
    append_line(at, {{"what it waits for is not told", Role::kDim}});
  }

  void append_join(const Wait& wait, const JoinWait& joins, const Branch& at) {
    append_line(at, {{escaped(joins.op), Role::kPoll},
                     {joins.count > 1 ? "waits for " + joined_count_text(joins) : "", Role::kPlain},
                     {for_text(wait.for_ns), Role::kFigure}});
    const bool too_many = !all_ && joins.tasks.size() > kMostHolders;
    const std::size_t shown = too_many ? kMostHolders - 1 : joins.tasks.size();
    for (std::size_t i = 0; i < shown; ++i) {
      const bool is_last = i + 1 == shown && shown == joins.count;
      append_joined(joins.tasks[i], at.below(is_last));
    }
    if (shown == joins.count) return;
    append_line(at.below(true),
                {{fmt::format("{} more", count_text(joins.count - shown)), Role::kTask},
                 {too_many ? "--all shows more" : "", Role::kDim}});
  }

  void append_joined(const Link& link, const Branch& at) {
    const Task* task = follow(model_.tasks, link);
    const Cell name{"task " + task_label(model_, link), Role::kTask};
    if (task == nullptr) return append_line(at, {name});
    append_other_task(*task, link.index, {name, {state_text(*task)}}, at);
  }

  // Whom another waits for. Only a tree goes on with what that one waits for; one that is too deep
  // for any screen goes on with it by itself, further down.
  void append_other_task(const Task& task, std::uint32_t index, std::vector<Cell> pieces,
                         const Branch& at) {
    if (form_ == DumpForm::kDump) return append_line(at, pieces);
    if (depth_ == kDeepest && !shown_.contains(index)) {
      pieces.push_back({"see below", Role::kDim});
      return append_line(at, pieces);
    }
    const bool is_new = shown_.insert(index).second;
    if (is_new) pieces.push_back(warning(index));
    pieces.push_back(is_new ? parked(task, at) : Cell{"see above", Role::kDim});
    append_line(at, pieces);
    if (!is_new) return;
    ++depth_;
    append_waits(tree_.waits_of(index), at);
    --depth_;
  }

  void append_op(const Wait& wait, const AsyncOp& op, const Branch& at) {
    const std::int64_t since_unix_ns = waits_since(op);
    append_line(at, {{op_label(op), Role::kPoll},
                     {for_text(open_ns(model_, since_unix_ns, op.last_line)), Role::kFigure}});
    const Resource* resource = follow(model_.resources, op.resource);
    const std::vector<const AsyncOp*> inside = tree_.inside(wait, op);
    if (resource != nullptr) append_resource(*resource, at.below(inside.empty()));
    for (const AsyncOp* inner : inside) append_op(wait, *inner, at.below(inner == inside.back()));
  }

  void append_resource(const Resource& resource, const Branch& at) {
    const Resource* parent = follow(model_.resources, resource.parent);
    append_line(at,
                {{resource_label(resource), Role::kResource},
                 {resource.is_internal && parent != nullptr ? "inside " + resource_label(*parent)
                                                            : std::string()},
                 {attributes_text(resource.attributes, resource.span)},
                 place("made at", resource.location, at)});
    if (!is_lock(resource)) return;
    if (resource.holds.empty()) {
      append_line(at.below(true), {{"held by " + holders_text(model_, resource), Role::kDim}});
    }
    // The oldest come first.
    // All of them are shown once at most.
    const bool is_new = held_.insert(&resource).second;
    const bool too_many = !(all_ && is_new) && resource.holds.size() > kMostHolders;
    const std::size_t shown = too_many ? kMostHolders - 1 : resource.holds.size();
    for (std::size_t i = 0; i < shown; ++i) {
      append_holder(resource, resource.holds[i], at.below(!too_many && i + 1 == shown));
    }
    if (!too_many) return;
    append_line(
        at.below(true),
        {{fmt::format("held by {} more", count_text(resource.holds.size() - shown)), Role::kTask},
         {all_ ? "see above" : "--all shows them", Role::kDim}});
  }

  void append_holder(const Resource& lock, const Hold& hold, const Branch& at) {
    std::vector<Cell> pieces = {
        {(hold.task && !hold.taker_over ? "held by " : "held, by whom is ") +
             holder_text(model_, lock, hold),
         Role::kTask},
        {for_text(open_ns(model_, hold.since_unix_ns, hold.line)), Role::kFigure}};
    const Task* task = hold.taker_over ? nullptr : follow(model_.tasks, hold.task);
    if (task == nullptr) return append_line(at, pieces);
    if (form_ == DumpForm::kTree && !shown_.contains(hold.task.index)) {
      pieces.push_back({"itself " + state_text(*task)});
    }
    append_other_task(*task, hold.task.index, std::move(pieces), at);
  }

  const Model& model_;
  DumpForm form_;
  bool all_;  // none stands for others
  const TextStyle& style_;
  std::string& out_;
  AwaitTree tree_;
  std::vector<std::vector<std::string_view>> warnings_;  // by task
  std::unordered_set<std::uint32_t> shown_, warned_;     // tasks
  std::unordered_set<const Resource*> held_;             // locks whose holders were shown
  static constexpr int kDeepest = 16;
  int depth_ = 0;  // tasks above, each of which waits for the next
};

void append_deadlocks(const Model& model, const TextStyle& style, std::string& out) {
  for (const Deadlock& deadlock : model.deadlocks) {
    if (!is_standing(model, deadlock)) continue;
    const std::string doubt = doubt_text(model, deadlock);
    std::string text = doubt.empty() ? "Deadlock: " : "Perhaps a deadlock: ";
    for (const DeadlockLink& link : deadlock.links) text += task_label(model, link.task) + " → ";
    text += fmt::format("{}, each waits for {}, since {}",
                        task_label(model, deadlock.links.front().task), awaited_words(deadlock),
                        instant_text(deadlock.since_unix_ns, model.coverage));
    if (!doubt.empty()) text += "; " + doubt;
    out += '\n';
    append_note(text, style, out, Role::kWarning);
  }
}

}  // namespace

void dump_text(const Model& model, DumpForm form, bool all, const TextStyle& style,
               std::string& out, const Findings& findings) {
  append_as_of(model.coverage, style, out);
  append_state_counts(model, style, out);
  append_loss(model.coverage, style, out);
  append_untold_resources(model.coverage, style, out);
  append_guessed_locks(model, style, out);
  const std::size_t before = out.size();
  DumpText tasks(model, findings, form, all, style, out);
  tasks.append_tasks();
  append_deadlocks(model, style, out);
  if (tasks.warned() > 0) {
    out += '\n';
    append_warned(tasks.warned(), style, out);
  }
  if (out.size() > before) return;
  append_note(
      form == DumpForm::kTree
          ? "No task waits in an async op or for a task here; dump shows all tasks that are alive"
          : "No task is alive here; --at TIME shows another instant",
      style, out);
}

}  // namespace ari::replay
