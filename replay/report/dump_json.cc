#include <algorithm>

#include "replay/lint/certainty.h"
#include "replay/model/await_tree.h"
#include "replay/model/open_time.h"
#include "replay/report/dump_view.h"
#include "replay/report/holders.h"
#include "replay/report/joined.h"
#include "replay/report/json_members.h"
#include "replay/report/task_json.h"
#include "replay/report/told_task.h"
#include "replay/report/warnings.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

class DumpJson {
 public:
  DumpJson(const Model& model, const Findings& findings, std::string& out)
      : model_(model),
        json_(out),
        tree_(model),
        holders_(model),
        warnings_(warnings_by_task(model, findings)) {}

  void write(DumpForm form) {
    json_.begin_object();
    write_head(json_, model_);
    json_.key("tasks");
    json_.begin_list();
    for (std::uint32_t i = 0; i < model_.tasks.size(); ++i) {
      if (is_shown(i, form)) write_task(i);
    }
    json_.end_list();
    json_.key("unowned_waits");
    write_waits(tree_.of_nobody());
    write_deadlocks();
    json_.end_object();
  }

 private:
  // Of a tree those that wait in an op or a join, and whom they wait for.
  bool is_shown(std::uint32_t task, DumpForm form) const {
    if (model_.tasks[task].state == State::kCompleted) return false;
    if (form == DumpForm::kDump) return true;
    return tree_.is_wait_told(task) || tree_.is_awaited(task);
  }

  void write_task(std::uint32_t index) {
    const Task& task = model_.tasks[index];
    json_.new_line();
    json_.begin_object();
    json_.member("id", task.task_id);
    json_.member("span", task.span);
    member_or_null(json_, "name", task.name);
    member_or_null(json_, "kind", task.kind);
    const bool is_told = is_state_told(task, model_.coverage);
    member_state(json_, task, model_.coverage);
    member_instant(json_, "state_since",
                   is_told ? std::optional(task.state_since_unix_ns) : std::nullopt);
    json_.member("state_ns",
                 is_told ? std::optional(open_ns(model_, task.state_since_unix_ns, task.last_line))
                         : std::nullopt);
    json_.member("polls",
                 are_polls_told(task, model_.coverage) ? std::optional(task.polls) : std::nullopt);
    member_location(json_, "location", task.location);
    member_location(json_, "parked_at", task.parked_at);
    json_.key("waits");
    write_waits(tree_.waits_of(index));
    write_join(tree_.waits_of(index));
    member_warnings(json_, warnings_[index]);
    json_.end_object();
  }

  void write_waits(const std::vector<const Wait*>& waits) {
    json_.begin_list();
    for (const Wait* wait : waits) {
      if (wait->op != nullptr) write_op(*wait, *wait->op);
    }
    json_.end_list();
  }

  // A task is in one join at most.
  void write_join(const std::vector<const Wait*>& waits) {
    const auto join = std::find_if(waits.begin(), waits.end(),
                                   [](const Wait* wait) { return wait->joins != nullptr; });
    const Wait* wait = join != waits.end() ? *join : nullptr;
    member_joins(json_, wait != nullptr ? wait->joins : nullptr);
  }

  void write_op(const Wait& wait, const AsyncOp& op) {
    const std::int64_t since_unix_ns = waits_since(op);
    json_.begin_object();
    json_.member("op", op.span);
    member_or_null(json_, "source", op.source);
    member_instant(json_, "since_at", since_unix_ns);
    json_.member("waited_ns", open_ns(model_, since_unix_ns, op.last_line));
    write_resource(follow(model_.resources, op.resource));
    json_.key("inner_ops");
    json_.begin_list();
    for (const AsyncOp* inner : tree_.inside(wait, op)) write_op(wait, *inner);
    json_.end_list();
    json_.end_object();
  }

  void write_resource(const Resource* resource) {
    json_.key("resource");
    if (resource == nullptr) return json_.null();
    json_.begin_object();
    json_.member("span", resource->span);
    member_or_null(json_, "concrete_type", resource->concrete_type);
    member_location(json_, "location", resource->location);
    json_.member("is_internal", resource->is_internal);
    holders_.member(json_, resource);
    json_.end_object();
  }

  void write_deadlocks() {
    json_.key("deadlocks");
    json_.begin_list();
    for (const Deadlock& deadlock : model_.deadlocks) {
      if (!is_standing(model_, deadlock)) continue;
      json_.new_line();
      json_.begin_object();
      member_instant(json_, "since_at", deadlock.since_unix_ns);
      json_.member("status", status_name(deadlock_status(model_, deadlock)));
      member_tasks(json_, deadlock);
      json_.end_object();
    }
    json_.end_list();
  }

  const Model& model_;
  JsonWriter json_;
  AwaitTree tree_;
  HoldersJson holders_;
  std::vector<std::vector<std::string_view>> warnings_;  // by task
};

}  // namespace

void dump_json(const Model& model, DumpForm form, std::string& out, const Findings& findings) {
  DumpJson(model, findings, out).write(form);
  out += '\n';
}

}  // namespace ari::replay
