#include "replay/model/task_fold.h"

#include "replay/model/console_task.h"
#include "replay/model/corrected_task.h"
#include "replay/model/saturating.h"

namespace ari::replay {

TaskFold::TaskFold(const TaskRules& rules, const Task& task, bool watched)
    : watched_(watched), rules_(&rules), in_all_(is_woken_by_wakers(task.kind)) {}

TaskFold::OwnSamples& TaskFold::own() {
  if (own_ == nullptr) own_ = std::make_unique<OwnSamples>();
  return *own_;
}

void TaskFold::add_poll_sample(Task& task, std::int64_t busy_ns) {
  if (rules_->keep_samples) task.poll_samples_ns.push_back(busy_ns);
  if (in_all_) rules_->all_polls->add(busy_ns);
  if (watched_) own().polls.add(busy_ns);
}

void TaskFold::add_wait_sample(Task& task, std::int64_t scheduled_ns) {
  if (rules_->keep_samples) task.wait_samples_ns.push_back(scheduled_ns);
  if (in_all_) rules_->all_waits->add(scheduled_ns);
  if (watched_) own().waits.add(scheduled_ns);
}

void TaskFold::sum_up_samples(Task& task) {
  if (!watched_) return;
  task.poll_times = own().polls.summary(rules_->semantics);
  task.scheduled_times = own().waits.summary(rules_->semantics);
}

void TaskFold::use_told_times(Task& task) {
  if (!task.told_times || task.polls > 0) return;
  const ToldTimes& told = *task.told_times;
  const std::int64_t told_ns = saturating_add(told.busy_ns, told.idle_ns);
  task.busy_ns = told.busy_ns;
  task.scheduled_ns = 0;
  task.total_ns = task.created_unix_ns ? std::max(task.total_ns, told.busy_ns) : told_ns;
  task.idle_ns = task.total_ns - task.busy_ns;
}

void TaskFold::park(Task& task, const subscriber::Record& exit) {
  const bool is_told = exit.parked_at.line != 0;
  task.parked_at = is_told ? rules_->texts->keep(exit.parked_at, exit.callsite) : nullptr;
}

std::unique_ptr<TaskFold> make_task_fold(const TaskRules& rules, Task& task, const Moment& now,
                                         bool watched) {
  if (watched && task.created_unix_ns) LifeLine::spawned(task.life, now);
  if (rules.semantics == Semantics::kConsole) {
    return std::make_unique<ConsoleTask>(rules, task, now, watched);
  }
  return std::make_unique<CorrectedTask>(rules, task, now, watched);
}

}  // namespace ari::replay
