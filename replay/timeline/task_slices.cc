#include "replay/timeline/task_slices.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ari::replay {

using subscriber::Field;
using subscriber::Value;

namespace {

KeptFields fields_of(const subscriber::Location& at) {
  if (at.line == 0) return {};
  const std::string place = fmt::format("{}:{}:{}", at.file, at.line, at.column);
  const Field fields[] = {
      {"parked_at", Value(std::string_view(place))},
      {"function", at.function.empty() ? Value() : Value(at.function)},
  };
  return KeptFields(fields);
}

}  // namespace

TaskSlices::TaskSlices(TraceWriter& writer, TrackId track, std::string_view kind,
                       std::int64_t since_unix_ns, bool spawned, std::span<const Field> fields)
    : writer_(writer),
      track_(track),
      kind_(kind),
      pairs_(since_unix_ns, spawned),
      since_unix_ns_(since_unix_ns),
      drawn_until_unix_ns_(since_unix_ns),
      waiting_with_(fields) {}

void TaskSlices::enter(const Moment& now, std::optional<bool> destroy) {
  if (!pairs_.enter(now, destroy, [this](const TaskPair& pair) { draw(pair); })) return;
  thread_ = now.thread;
  answered_ = std::exchange(arrow_, 0);
  woken_ = false;
}

void TaskSlices::exit(const Moment& now, const subscriber::Location& parked_at) {
  if (!pairs_.exit(now)) return;
  parked_ = fields_of(parked_at);
  draw_if_settled();
}

void TaskSlices::wake(std::int64_t at_unix_ns, ArrowId arrow) {
  pairs_.wake(at_unix_ns);
  if (std::exchange(woken_, true)) return;
  arrow_ = arrow;
}

void TaskSlices::miss_lines(const Moment& now) {
  pairs_.miss_lines(now);
  woken_ = false;
  arrow_ = 0;
}

void TaskSlices::close(const Moment& now) {
  closed_unix_ns_ = now.at_unix_ns;
  if (pairs_.close(now)) draw_if_settled();
}

void TaskSlices::draw_if_settled() {
  if (pairs_.undecided() == nullptr) draw(pairs_.times().last_pair());
}

void TaskSlices::finish(const LogEnd& end) {
  Task task;
  task.kind = kind_;
  task.dropped_unix_ns = closed_unix_ns_;
  const bool settles = pairs_.finish(end, task);
  const CorrectedTimes& times = pairs_.times();
  if (settles || times.running()) draw(times.last_pair());
  if (times.running()) return;
  const bool scheduled = task.state == State::kScheduled;
  draw_wait(since_unix_ns_ + task.total_ns,
            scheduled ? std::optional(times.moved_up(task.state_since_unix_ns)) : std::nullopt);
}

// What comes before the destruction is idle, whether the task was woken or not.
void TaskSlices::draw(const TaskPair& pair) {
  const bool destroyed = pairs_.times().over();
  const bool scheduled = !destroyed && pair.scheduled_ns;
  draw_wait(pair.start_unix_ns,
            scheduled ? std::optional(pair.start_unix_ns - *pair.scheduled_ns) : std::nullopt);
  const Field where[] = {{"thread", thread_ != 0 ? Value(thread_) : Value()}};
  writer_.begin(track_, pair.start_unix_ns, destroyed ? "destroy" : "poll", where,
                std::exchange(answered_, 0));
  writer_.end(track_, pair.end_unix_ns);
  drawn_until_unix_ns_ = pair.end_unix_ns;
  waiting_with_ = std::exchange(parked_, {});
}

void TaskSlices::draw_wait(std::int64_t until_unix_ns,
                           std::optional<std::int64_t> scheduled_since_unix_ns) {
  const std::int64_t idle_until =
      std::min(scheduled_since_unix_ns.value_or(until_unix_ns), until_unix_ns);
  if (idle_until > drawn_until_unix_ns_) draw_slice("idle", drawn_until_unix_ns_, idle_until);
  if (scheduled_since_unix_ns) draw_slice("scheduled", idle_until, until_unix_ns);
  drawn_until_unix_ns_ = until_unix_ns;
}

void TaskSlices::draw_slice(std::string_view name, std::int64_t begin_unix_ns,
                            std::int64_t end_unix_ns) {
  const KeptFields with = std::exchange(waiting_with_, {});
  writer_.begin(track_, begin_unix_ns, name, with.fields(), 0);
  writer_.end(track_, end_unix_ns);
}

}  // namespace ari::replay
