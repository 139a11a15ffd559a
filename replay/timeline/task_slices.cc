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
      times_(since_unix_ns, spawned),
      since_unix_ns_(since_unix_ns),
      drawn_until_unix_ns_(since_unix_ns),
      waiting_with_(fields) {}

void TaskSlices::enter(std::int64_t at_unix_ns, std::uint32_t thread, std::optional<bool> destroy) {
  if (entered_ > 0 && std::exchange(doubtful_, false)) {
    entered_ = 0;
    if (!ignored_) {
      // The exit was lost: the poll counts, its time does not.
      times_.exit_lost();
      settle(destroy_.value_or(false));
    }
  }
  doubtful_ = false;
  if (entered_++ > 0) return;
  ignored_ = times_.over();
  if (ignored_) return;
  if (const auto poll = times_.enter(at_unix_ns, 0)) draw(*poll, false);
  destroy_ = destroy;
  thread_ = thread;
  answered_ = std::exchange(arrow_, 0);
  woken_ = false;
}

void TaskSlices::exit(std::int64_t at_unix_ns, const subscriber::Location& parked_at) {
  doubtful_ = false;
  if (entered_ == 0) return times_.exit_unseen(at_unix_ns);
  if (--entered_ > 0 || ignored_) return;
  times_.exit(at_unix_ns, 0);
  parked_ = fields_of(parked_at);
  if (destroy_) settle(*destroy_);
}

void TaskSlices::wake(std::int64_t at_unix_ns, ArrowId arrow) {
  times_.wake(at_unix_ns);
  if (std::exchange(woken_, true)) return;
  arrow_ = arrow;
}

void TaskSlices::close(std::int64_t at_unix_ns) {
  closed_unix_ns_ = at_unix_ns;
  if (!times_.running()) return;
  times_.exit(at_unix_ns, 0);
  if (destroy_) settle(*destroy_);
}

// The pair held back was the destruction, or a poll.
void TaskSlices::settle(bool destroyed) {
  destroyed ? times_.settle_as_destruction() : times_.settle_as_poll();
  draw(times_.last_pair(), destroyed);
}

void TaskSlices::finish(DestroyPairs::Verdict verdict, std::int64_t end_unix_ns, bool events_lost) {
  const auto was_destroyed = [&] {
    if (closed_unix_ns_) return verdict == DestroyPairs::Verdict::kMade;
    return !events_lost && DestroyPairs::ended_unclosed(verdict, kind_, times_);
  };
  // The log is cut in the middle of the task's destruction.
  if (times_.running() && destroy_.value_or(was_destroyed())) {
    times_.exit(end_unix_ns, 0);
    if (destroy_) settle(true);
  }
  if (times_.has_held()) settle(was_destroyed());
  const bool running = times_.running();
  Task task;
  task.dropped_unix_ns = closed_unix_ns_;
  times_.finish(end_unix_ns, task);
  if (running) return draw(times_.last_pair(), false);
  const bool scheduled = task.state == State::kScheduled;
  draw_wait(since_unix_ns_ + task.total_ns,
            scheduled ? std::optional(times_.moved_up(task.state_since_unix_ns)) : std::nullopt);
}

// What comes before the destruction is idle, whether the task was woken or not.
void TaskSlices::draw(const TaskPair& pair, bool destroyed) {
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
