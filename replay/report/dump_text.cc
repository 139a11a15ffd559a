// A task is its headline, and below it a tree:
//
//   ‖ right [8]  idle for 203ms  parked at main.cc:27:38  spawned at main.cc:41:59
//   └─ Mutex::lock [11]  for 203ms
//      └─ Mutex [5]  made at main.cc:35:24
//         └─ held by left [7]  for 250ms  itself idle for 203ms
//            └─ Sleep::new_timeout [13]  for 203ms
//
// What finds no room in a line goes on in the next, between the tree's own lines.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "replay/model/await_tree.h"
#include "replay/model/duration_text.h"
#include "replay/model/lock_fold.h"
#include "replay/report/attribute_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/display_width.h"
#include "replay/report/dump_view.h"
#include "replay/report/holders.h"
#include "replay/report/instant_text.h"
#include "replay/report/shorten.h"
#include "replay/report/state_counts.h"
#include "replay/report/table.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kLeastPlace = 14;

// Where a line stands in the tree: what is drawn before it, and before what is below it.
struct Branch {
  std::string first, rest;

  Branch below(bool is_last) const {
    return {rest + (is_last ? "└─ " : "├─ "), rest + (is_last ? "   " : "│  ")};
  }
};

class DumpText {
 public:
  DumpText(const Model& model, DumpForm form, const TextStyle& style, std::string& out)
      : model_(model), form_(form), style_(style), out_(out), tree_(model) {}

  void append_tasks() {
    if (form_ == DumpForm::kTree) {
      for (const std::uint32_t task : tree_.roots()) {
        if (!shown_.contains(task)) append_task(task);
      }
    } else {
      for (std::uint32_t i = 0; i < model_.tasks.size(); ++i) {
        if (model_.tasks[i].state != State::kCompleted) append_task(i);
      }
    }
    if (tree_.of_nobody().empty()) return;
    out_ += '\n';
    style_.paint.append(out_, Role::kDim, "Not told whose");
    out_ += '\n';
    append_waits(tree_.of_nobody(), {});
  }

 private:
  std::string for_text(std::int64_t since_unix_ns) const {
    return "for " + duration_text(std::max<std::int64_t>(0, model_.end_unix_ns - since_unix_ns),
                                  resolution_ns(model_.coverage));
  }

  // The pieces in as many lines as it takes, two blanks between those in one.
  void append_line(const Branch& at, const std::vector<Cell>& pieces) {
    style_.paint.append(out_, Role::kDim, at.first);
    std::size_t used = display_width(at.first);
    const std::size_t indent = display_width(at.rest) + 2;
    for (const Cell& piece : pieces) {
      if (piece.text.empty()) continue;
      const std::size_t columns = display_width(piece.text);
      if (&piece != pieces.data() && used + 2 + columns > style_.width) {
        out_ += '\n';
        style_.paint.append(out_, Role::kDim, at.rest);
        used = indent;
        out_.append(2, ' ');
      } else if (&piece != pieces.data()) {
        out_.append(2, ' ');
        used += 2;
      }
      style_.paint.append(out_, piece.role, piece.text);
      used += columns;
    }
    out_ += '\n';
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
    return fmt::format("{} {}", word(task.state), for_text(task.state_since_unix_ns));
  }

  void append_task(std::uint32_t index) {
    const Task& task = model_.tasks[index];
    shown_.insert(index);
    out_ += '\n';
    const Branch top;
    append_line(top, {{fmt::format("{} {}", sign(task.state), task_label(task)), Role::kTask},
                      {state_text(task), Role::kFigure},
                      task.polls == 0 ? Cell{"not polled yet", Role::kPlain} : Cell{},
                      parked(task, top),
                      task.location ? place("spawned at", *task.location, top) : Cell{}});
    append_waits(tree_.waits_of(index), top);
  }

  Cell parked(const Task& task, const Branch& at) const {
    const bool is_parked = task.parked_at && task.state != State::kRunning;
    return is_parked ? place("parked at", *task.parked_at, at) : Cell{};
  }

  void append_waits(const std::vector<const Wait*>& waits, const Branch& at) {
    for (const Wait* wait : waits) {
      const Branch here = at.below(wait == waits.back());
      if (wait->op != nullptr) {
        append_op(*wait, *wait->op, here);
      } else {
        append_line(here, {{"what it waits for is not told", Role::kDim}});
      }
    }
  }

  void append_op(const Wait& wait, const AsyncOp& op, const Branch& at) {
    append_line(at, {{op_label(op), Role::kPoll},
                     {for_text(op.first_poll_unix_ns.value_or(op.since_unix_ns)), Role::kFigure}});
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
    for (const Hold& hold : resource.holds) {
      append_holder(hold, at.below(&hold == &resource.holds.back()));
    }
  }

  void append_holder(const Hold& hold, const Branch& at) {
    std::vector<Cell> pieces = {{"held by " + holder_text(model_, hold), Role::kTask},
                                {for_text(hold.since_unix_ns), Role::kFigure}};
    const Task* task = follow(model_.tasks, hold.task);
    if (form_ == DumpForm::kDump || task == nullptr) return append_line(at, pieces);
    const bool is_new = shown_.insert(hold.task.index).second;
    if (!is_new) {
      pieces.push_back({"see above", Role::kDim});
      return append_line(at, pieces);
    }
    pieces.push_back({"itself " + state_text(*task)});
    pieces.push_back(parked(*task, at));
    append_line(at, pieces);
    append_waits(tree_.waits_of(hold.task.index), at);
  }

  const Model& model_;
  DumpForm form_;
  const TextStyle& style_;
  std::string& out_;
  AwaitTree tree_;
  std::unordered_set<std::uint32_t> shown_;  // tasks
};

void append_deadlocks(const Model& model, const TextStyle& style, std::string& out) {
  for (const Deadlock& deadlock : model.deadlocks) {
    if (!is_open(deadlock, model)) continue;
    std::string text = "Deadlock: ";
    for (const DeadlockLink& link : deadlock.links) text += task_label(model, link.task) + " → ";
    text += fmt::format("{}, each waits for the next one's lock, since {}",
                        task_label(model, deadlock.links.front().task),
                        instant_text(deadlock.since_unix_ns, model.coverage));
    out += '\n';
    for (const std::string& line : wrap(text, style.width)) {
      style.paint.append(out, Role::kWarning, line);
      out += '\n';
    }
  }
}

}  // namespace

void dump_text(const Model& model, DumpForm form, const TextStyle& style, std::string& out) {
  append_as_of(model.coverage, style, out);
  append_state_counts(model, style, out);
  append_loss(model.coverage, style, out);
  append_untold_resources(model.coverage, style, out);
  const std::size_t before = out.size();
  DumpText(model, form, style, out).append_tasks();
  append_deadlocks(model, style, out);
  if (out.size() > before) return;
  append_note(form == DumpForm::kTree
                  ? "No task waits in an async op here; dump shows all tasks that are alive"
                  : "No task is alive here; --at TIME shows an earlier instant",
              style, out);
}

}  // namespace ari::replay
