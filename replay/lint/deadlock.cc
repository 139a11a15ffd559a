// A circle of tasks that wait for each other's locks, or ends, is stable: no more log can
// undo it, only something else that wakes one of them. So it is definite where the log
// accounts for every waker of every task in it, whatever comes after.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "replay/lint/certainty.h"
#include "replay/lint/lints.h"
#include "replay/model/duration_text.h"

namespace ari::replay {

namespace {

std::string place(const subscriber::Location& location) {
  if (location.line == 0) return {};
  return fmt::format(" made at {}:{}:{}", location.file, location.line, location.column);
}

std::string lock_text(const DeadlockLink& link) {
  return fmt::format("{} [{}]{}", link.lock_type, link.lock.span, place(link.lock_location));
}

std::string task_text(const Model& model, const Link& link) {
  const Task& task = model.tasks[link.index];
  return fmt::format("{} [{}]", task.name.empty() ? task.kind : task.name, task.span);
}

// Where it waits, unless it was polled since.
std::string awaits_at(const Model& model, const Deadlock& deadlock, const DeadlockLink& link) {
  const SourceLocation* at = model.tasks[link.task.index].parked_at;
  if (at == nullptr || (deadlock.broken && !ended_with_its_task(model, deadlock))) return {};
  return fmt::format(" at {}:{}:{}", at->file, at->line, at->column);
}

// Who waits for what, along the circle.
std::string circle_text(const Model& model, const Deadlock& deadlock) {
  std::string out;
  for (std::size_t i = 0; i < deadlock.links.size(); ++i) {
    const DeadlockLink& link = deadlock.links[i];
    const DeadlockLink& next = deadlock.links[(i + 1) % deadlock.links.size()];
    const bool last = i + 1 == deadlock.links.size();
    out += i == 0 ? "waits" : ", which waits";
    if (link.joins) {
      out += awaits_at(model, deadlock, link) + " for the end of ";
    } else {
      out += fmt::format(" for {} {}", lock_text(link), link.queued ? "behind " : "held by ");
    }
    out += last ? (i == 0 ? "itself" : "this task") : task_text(model, next.task);
  }
  return out;
}

std::string message_of(const Model& model, const Deadlock& deadlock) {
  const std::string length = duration_text(deadlock.until_unix_ns - deadlock.since_unix_ns);
  std::string out = circle_text(model, deadlock) + ": ";
  if (!deadlock.broken) {
    return out + fmt::format("stuck for {}, to {}", length, log_end_words(model.coverage));
  }
  const Link& who = deadlock.links[*deadlock.broken].task;
  if (ended_with_its_task(model, deadlock)) {
    return out + fmt::format("stuck for {}, until {} was destroyed", length, task_text(model, who));
  }
  return out +
         fmt::format("stuck for {}, but then {} got on after all", length, task_text(model, who));
}

// Whether the permits of one semaphore alone make the circle.
bool is_of_one_semaphore(const Deadlock& deadlock) {
  const std::uint32_t first = deadlock.links.front().lock.index;
  return std::all_of(deadlock.links.begin(), deadlock.links.end(), [&](const DeadlockLink& link) {
    return !link.joins && link.lock_type == "Semaphore" && link.lock.index == first;
  });
}

// What the circles of one exhausted semaphore have in common.
struct Exhausted {
  std::size_t finding;          // of the first of them
  std::set<std::size_t> tasks;  // in all of them
  std::size_t told;             // of these, in the first
};

std::vector<std::size_t> others(std::vector<std::size_t> tasks, std::size_t first) {
  std::erase(tasks, first);
  return tasks;
}

// A semaphore whose permits are all with tasks that wait for more is one fault, however many tasks
// share it: each of them closes a circle of its own.
void check(const Model& model, std::int64_t, Findings& findings) {
  std::map<std::tuple<std::uint32_t, SpanId, Status>, Exhausted> exhausted;
  for (const Deadlock& deadlock : model.deadlocks) {
    const Status status = deadlock_status(model, deadlock);
    std::vector<std::size_t> tasks;
    for (const DeadlockLink& link : deadlock.links) tasks.push_back(link.task.index);
    if (is_of_one_semaphore(deadlock)) {
      const Link& semaphore = deadlock.links.front().lock;
      const auto [one, is_new] = exhausted.try_emplace({semaphore.index, semaphore.span, status});
      Exhausted& of = one->second;
      of.tasks.insert(tasks.begin(), tasks.end());
      if (!is_new) continue;
      of.finding = findings.size();
      of.told = of.tasks.size();
    }
    const std::size_t first = tasks.front();
    findings.push_back({"deadlock", status, first, message_of(model, deadlock), deadlock.first_line,
                        deadlock.last_line, deadlock.since_unix_ns,
                        deadlock.until_unix_ns - deadlock.since_unix_ns,
                        others(std::move(tasks), first)});
  }
  for (const auto& [of, one] : exhausted) {
    const std::size_t more = one.tasks.size() - one.told;
    if (more == 0) continue;
    Finding& finding = findings[one.finding];
    finding.others = others({one.tasks.begin(), one.tasks.end()}, finding.task);
    finding.message += fmt::format(
        "; likewise {}", more == 1 ? "1 more task with permits of it"
                                   : fmt::format("{} more tasks with permits of it", more));
  }
}

}  // namespace

Lint deadlock() {
  return {
      .name = "deadlock",
      .summary = "tasks that wait for each other's locks or ends",
      .measure = Limit::Unit::kNanoseconds,
      .by_default = true,
      .check_model = check,
      .explanation = {
          .meaning =
              "Each of these tasks waits for a lock that the next of them holds, or joins the "
              "next, round to the first; joins are in ari's own logs only. Definite if the log "
              "accounts for all their "
              "wakers; provisional if something else may wake one of them, if a guard may "
              "have moved to another task, if permits of a semaphore are part of it, or if "
              "the log tells no span ids and which lock a line is about had to be guessed. If "
              "one got on after all, say by a timeout, this is refuted. Logs without "
              "resources, such as console recordings, do not tell of locks.",
          .reason = "None of them can go on, nor can whoever waits for them or for their locks. "
                    "There is no error and no load: the program just stands still.",
          .advice = "Take locks in the same order everywhere, take one at a time, or put what "
                    "belongs together under one lock. Keep no guard across an await that may "
                    "wait for another lock, or for a task that takes this one.",
          .rust = R"(let a = left.lock().await;                // one task
let b = right.lock().await;

let b = right.lock().await;               // another, the other way: stuck
let a = left.lock().await;

let a = left.lock().await;                // left first, everywhere
let b = right.lock().await;
)",
          .cpp = R"(auto a = co_await left.lock();            // one task
auto b = co_await right.lock();

auto b = co_await right.lock();           // another, the other way: stuck
auto a = co_await left.lock();

auto a = co_await left.lock();            // left first, everywhere
auto b = co_await right.lock();
)"}};
}

}  // namespace ari::replay
