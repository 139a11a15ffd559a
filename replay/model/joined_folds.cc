// Things of a model know each other by their index in its lists; behind those of another model
// each is larger by the size of the list.
#include "replay/model/joined_folds.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ari::replay {

namespace {

// How far the indexes of each list move.
struct Shift {
  std::uint32_t tasks, resources, ops;

  static void move(Link& link, std::uint32_t by) {
    if (link.index != kNowhere) link.index += by;
  }

  // Its held_wait tells of a hold of its own: that one's task leads nowhere else.
  void apply(Task& task) const {
    for (LifeEvent& event : task.life) {
      move(event.async_op, ops);
      move(event.resource, resources);
    }
    if (!task.joins) return;
    for (Link& joined : (*task.joins).tasks) move(joined, tasks);
  }
  void apply(Hold& hold) const { move(hold.task, tasks); }
  void apply(Resource& resource) const {
    move(resource.parent, resources);
    move(resource.task, tasks);
    for (AttributeChange& change : resource.changes) move(change.task, tasks);
    for (Hold& hold : resource.holds) apply(hold);
  }
  void apply(AsyncOp& op) const {
    move(op.resource, resources);
    move(op.parent_op, ops);
    move(op.polled_in, ops);
    move(op.task, tasks);
  }
  void apply(Deadlock& deadlock) const {
    for (DeadlockLink& link : deadlock.links) {
      move(link.task, tasks);
      move(link.lock, resources);
      apply(link.hold);
    }
  }
};

template <typename Things>
void append_shifted(Things& things, Things more, const Shift& shift) {
  for (auto& thing : more) {
    shift.apply(thing);
    things.push_back(std::move(thing));
  }
}

void append(Model& model, Model more) {
  const Shift shift{static_cast<std::uint32_t>(model.tasks.size()),
                    static_cast<std::uint32_t>(model.resources.size()),
                    static_cast<std::uint32_t>(model.ops.size())};
  append_shifted(model.tasks, std::move(more.tasks), shift);
  append_shifted(model.resources, std::move(more.resources), shift);
  append_shifted(model.ops, std::move(more.ops), shift);
  append_shifted(model.deadlocks, std::move(more.deadlocks), shift);
  model.coverage.exits_without_enter += more.coverage.exits_without_enter;
  model.coverage.recordings += more.coverage.recordings - 1;
  model.coverage.enters_in_gaps += more.coverage.enters_in_gaps;
  model.coverage.enters_without_exit += more.coverage.enters_without_exit;
  model.coverage.exits_unsettled |= more.coverage.exits_unsettled;
  model.coverage.spans_without_new += more.coverage.spans_without_new;
  model.coverage.news_in_gaps += more.coverage.news_in_gaps;
  model.coverage.spans_with_new += more.coverage.spans_with_new;
  model.coverage.clock_steps += more.coverage.clock_steps;
  model.coverage.wakes_without_thread += more.coverage.wakes_without_thread;
  model.coverage.wakes_unclear += more.coverage.wakes_unclear;
  // A log of which nothing was read knows of no instant.
  if (!model.coverage.as_of_unix_ns) model.coverage.as_of_unix_ns = more.coverage.as_of_unix_ns;
  tell_runs(more.recording_ends, model.coverage);
  if (more.timers.worst.late_ns > model.timers.worst.late_ns) {
    model.timers.worst = std::move(more.timers.worst);
  }
  model.resource_count += more.resource_count;
  model.op_count += more.op_count;
  model.end_unix_ns = std::max(model.end_unix_ns, more.end_unix_ns);
  auto& ends = model.recording_ends;
  ends.insert(ends.end(), more.recording_ends.begin(), more.recording_ends.end());
  std::sort(ends.begin(), ends.end(),
            [](const RecordingEnd& a, const RecordingEnd& b) { return a.last_line < b.last_line; });
}

}  // namespace

JoinedFolds::JoinedFolds(FoldOptions options, std::size_t logs) {
  if (options.until) {
    // The same instant for all, by the first that any of them tells.
    auto until = std::make_shared<std::optional<std::int64_t>>();
    options.until = [of_first = options.until, until](std::int64_t first_unix_ns) {
      if (!*until) *until = of_first(first_unix_ns);
      return **until;
    };
  }
  folds_.push_back(std::make_unique<Fold>(options));
  while (folds_.size() < logs) folds_.push_back(std::make_unique<Fold>(options, *folds_.front()));
}

std::vector<RecordSink*> JoinedFolds::sinks() const {
  std::vector<RecordSink*> out;
  for (const auto& fold : folds_) out.push_back(fold.get());
  return out;
}

Model JoinedFolds::finish(Coverage coverage) {
  std::vector<Model> others;
  for (std::size_t i = 1; i < folds_.size(); ++i) others.push_back(folds_[i]->finish({}));
  Model model = folds_.front()->finish(std::move(coverage));
  for (Model& other : others) append(model, std::move(other));
  LateTimers::settle(model);
  return model;
}

}  // namespace ari::replay
