#include "tests/replay/model/slow_fold.h"

#include <algorithm>
#include <cmath>

namespace ari::test {

using replay::Distribution;
using replay::Semantics;
using replay::SpanId;
using replay::State;
using replay::Task;

namespace {

using Instant = std::optional<std::int64_t>;
constexpr std::size_t kNever = SIZE_MAX;

// From the step that enters a task, when it was not entered, to the one that leaves it.
struct Pair {
  std::size_t first = 0;
  std::size_t last = kNever;
  bool destroy = false;
};

bool is_wake(const Step& step) { return step.deed == Deed::kWake || step.deed == Deed::kWakeByRef; }

class SlowTask {
 public:
  SlowTask(const Steps& steps, SpanId id) : steps_(steps), id_(id) { find_pairs(); }

  Task fold(Semantics semantics) const {
    Task task;
    task.span = id_;
    task.created_unix_ns = first(Deed::kSpawn);
    task.dropped_unix_ns = first(Deed::kClose);
    count_wakers(task, semantics);
    semantics == Semantics::kConsole ? console(task) : corrected(task);
    return task;
  }

 private:
  const Step& at(std::size_t step) const { return steps_[step]; }
  bool is(std::size_t step, Deed deed) const {
    return at(step).task == id_ && at(step).deed == deed;
  }
  Instant first(Deed deed) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (is(i, deed)) return at(i).at_ns;
    }
    return std::nullopt;
  }
  std::int64_t end_ns() const {
    std::int64_t end = 0;
    for (const Step& step : steps_) end = std::max(end, step.at_ns);
    return end;
  }

  void find_pairs() {
    int depth = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (is(i, Deed::kEnter) && depth++ == 0) pairs_.push_back({i, kNever, *at(i).destroy});
      if (is(i, Deed::kExit) && --depth == 0) pairs_.back().last = i;
    }
  }

  // How often the task was entered and not left on this thread before the step.
  int entered_on(std::uint32_t thread, std::size_t before) const {
    int depth = 0;
    for (std::size_t i = 0; i < before; ++i) {
      if (at(i).thread != thread) continue;
      depth += is(i, Deed::kEnter) ? 1 : is(i, Deed::kExit) ? -1 : 0;
    }
    return depth;
  }

  void count_wakers(Task& task, Semantics semantics) const {
    bool closed = false;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (at(i).task != id_) continue;
      closed = closed || at(i).deed == Deed::kClose;
      if (closed && semantics == Semantics::kConsole) continue;
      task.waker_clones += at(i).deed == Deed::kClone ? 1 : 0;
      task.waker_drops += at(i).deed == Deed::kDrop || at(i).deed == Deed::kWake ? 1 : 0;
      if (!is_wake(at(i))) continue;
      ++task.wakes;
      task.self_wakes += entered_on(at(i).thread, i) > 0 ? 1 : 0;
      task.last_wake_unix_ns = std::max<Instant>(task.last_wake_unix_ns, at(i).at_ns);
    }
  }

  // ---- console semantics

  Instant last_wake_before(std::size_t step) const {
    Instant latest;
    for (std::size_t i = 0; i < step; ++i) {
      if (at(i).task == id_ && is_wake(at(i))) latest = std::max<Instant>(latest, at(i).at_ns);
    }
    return latest;
  }

  void console(Task& task) const {
    std::vector<std::int64_t> polls, waits;
    Instant ended;
    for (const Pair& pair : pairs_) {
      const std::int64_t start = at(pair.first).at_ns;
      if (!task.first_poll_unix_ns) task.first_poll_unix_ns = start;
      task.last_poll_started_unix_ns = start;
      ++task.polls;
      const Instant since = std::max(last_wake_before(pair.first), ended);
      if (since) waits.push_back(std::max<std::int64_t>(0, start - *since));
      if (pair.last == kNever) continue;
      task.last_poll_ended_unix_ns = ended = at(pair.last).at_ns;
      if (*ended >= start) polls.push_back(*ended - start);
    }
    finish_console(task, polls, waits);
  }

  void finish_console(Task& task, std::vector<std::int64_t> polls,
                      std::vector<std::int64_t> waits) const {
    for (const std::int64_t ns : polls) task.busy_ns += ns;
    for (const std::int64_t ns : waits) task.scheduled_ns += ns;
    const std::int64_t until = task.dropped_unix_ns.value_or(end_ns());
    task.total_ns = std::max<std::int64_t>(0, until - *task.created_unix_ns);
    const bool running = task.last_poll_started_unix_ns > task.last_poll_ended_unix_ns;
    const bool woken = task.last_wake_unix_ns > task.last_poll_started_unix_ns;
    task.state = task.dropped_unix_ns ? State::kCompleted
                 : running            ? State::kRunning
                 : woken              ? State::kScheduled
                                      : State::kIdle;
    std::int64_t& busy = task.busy_ns;
    std::int64_t& scheduled = task.scheduled_ns;
    if (!task.dropped_unix_ns) {
      if (running) busy += std::max<std::int64_t>(0, until - *task.last_poll_started_unix_ns);
      if (woken) scheduled += std::max<std::int64_t>(0, until - *task.last_wake_unix_ns);
    }
    task.idle_ns = std::max<std::int64_t>(0, task.total_ns - busy - scheduled);
    task.poll_times = histogram(std::move(polls));
    task.scheduled_times = histogram(std::move(waits));
  }

  // ---- corrected semantics

  // The instants of the pairs' edges, none before the one before it.
  std::vector<std::int64_t> edges() const {
    std::vector<std::int64_t> instants = {*first(Deed::kSpawn)};
    for (const Pair& pair : pairs_) {
      instants.push_back(std::max(instants.back(), at(pair.first).at_ns));
      const std::int64_t end = pair.last == kNever ? end_ns() : at(pair.last).at_ns;
      instants.push_back(std::max(instants.back(), end));
    }
    return instants;
  }

  // The first notification after the pair before this one began, before `until`.
  Instant notified(std::size_t pair, std::size_t until) const {
    if (pair == 0) return *first(Deed::kSpawn);
    for (std::size_t i = pairs_[pair - 1].first; i < until; ++i) {
      if (at(i).task == id_ && is_wake(at(i))) return at(i).at_ns;
    }
    return std::nullopt;
  }

  void corrected(Task& task) const {
    std::vector<std::int64_t> polls, waits;
    const std::vector<std::int64_t> edge = edges();
    bool destroyed = false;
    for (std::size_t i = 0; i < pairs_.size() && !destroyed; ++i) {
      const std::int64_t before = edge[2 * i], start = edge[2 * i + 1], end = edge[2 * i + 2];
      destroyed = pairs_[i].destroy;
      if (destroyed) break;
      ++task.polls;
      if (!task.first_poll_unix_ns) task.first_poll_unix_ns = start;
      task.busy_ns += end - start;
      if (pairs_[i].last != kNever) polls.push_back(end - start);
      const Instant since = notified(i, pairs_[i].first);
      if (since) waits.push_back(std::max<std::int64_t>(0, start - std::max(*since, before)));
    }
    for (const std::int64_t ns : waits) task.scheduled_ns += ns;
    finish_corrected(task, edge.back(), destroyed);
    task.poll_times = exact(std::move(polls));
    task.scheduled_times = exact(std::move(waits));
  }

  void finish_corrected(Task& task, std::int64_t last_edge, bool destroyed) const {
    std::int64_t until = task.dropped_unix_ns.value_or(destroyed ? last_edge : end_ns());
    until = std::max(until, last_edge);
    if (destroyed && until - last_edge >= 1'000'000) until = last_edge;  // its span is kept open
    const bool running = !pairs_.empty() && pairs_.back().last == kNever;
    const Instant since = notified(pairs_.size(), steps_.size());
    if (task.dropped_unix_ns || destroyed) {
      task.state = State::kCompleted;
    } else if (running) {
      task.state = State::kRunning;
    } else if (since) {
      task.state = State::kScheduled;
      task.scheduled_ns += std::max<std::int64_t>(0, until - std::max(*since, last_edge));
    } else {
      task.state = State::kIdle;
    }
    task.total_ns = until - *task.created_unix_ns;
    task.idle_ns = task.total_ns - task.busy_ns - task.scheduled_ns;
  }

  // ---- distributions, by counting out

  // Sorted, the sample that has p % of them at or below it is the one at this rank.
  static std::size_t rank(double percent, std::size_t count) {
    const auto wanted = static_cast<std::size_t>(std::ceil(percent * 0.01 * double(count) - 1e-9));
    return std::max<std::size_t>(1, wanted) - 1;
  }

  static Distribution exact(std::vector<std::int64_t> samples) {
    if (samples.empty()) return {};
    std::sort(samples.begin(), samples.end());
    const auto p = [&](double percent) { return samples[rank(percent, samples.size())]; };
    return {samples.size(), samples.front(), samples.back(), p(10), p(25),
            p(50),          p(75),           p(90),          p(95), p(99)};
  }

  // The highest (or lowest) value that the console's histogram does not tell from `value`.
  static std::int64_t cell_edge(std::int64_t value, bool highest) {
    value = std::min<std::int64_t>(value, 1'000'000'000);
    std::int64_t width = 1;
    while (value >= 256 * width) width *= 2;
    const std::int64_t low = value / width * width;
    return highest ? low + width - 1 : low;
  }

  static Distribution histogram(std::vector<std::int64_t> samples) {
    Distribution d = exact(std::move(samples));
    if (d.count == 0) return d;
    d.min_ns = cell_edge(d.min_ns, false);
    for (std::int64_t* ns :
         {&d.max_ns, &d.p10_ns, &d.p25_ns, &d.p50_ns, &d.p75_ns, &d.p90_ns, &d.p95_ns, &d.p99_ns}) {
      *ns = cell_edge(*ns, true);
    }
    return d;
  }

  const Steps& steps_;
  SpanId id_;
  std::vector<Pair> pairs_;
};

}  // namespace

Tasks slow_fold(const Steps& steps, Semantics semantics) {
  Tasks tasks;
  for (const Step& step : steps) {
    if (step.deed == Deed::kSpawn) tasks.push_back(SlowTask(steps, step.task).fold(semantics));
  }
  return tasks;
}

Steps hide_destruction(Steps steps) {
  for (Step& step : steps) step.destroy.reset();
  return steps;
}

}  // namespace ari::test
