// What counts is one stretch of waiting, from the end of a poll to the wake, with the lock held
// all along: HeldWait. A guard that may have moved to another task shows nothing for certain.
#include <fmt/format.h>

#include <string>

#include "replay/lint/certainty.h"
#include "replay/lint/lints.h"
#include "replay/lint/measured.h"

namespace ari::replay {

namespace {

std::string place(const SourceLocation& at) {
  return fmt::format("{}:{}:{}", at.file, at.line, at.column);
}

std::string lock_text(const HeldWait& wait) {
  std::string out = fmt::format("{} [{}]", wait.lock_type, wait.lock);
  const subscriber::Location& made = wait.lock_location;
  return made.line == 0 ? out
                        : out + fmt::format(" made at {}:{}:{}", made.file, made.line, made.column);
}

// " in Sleep::new_timeout, parked at main.cc:27:38", as far as it is told.
std::string awaited_text(const HeldWait& wait) {
  std::string out;
  if (!wait.source.empty()) out += fmt::format(" in {}", wait.source);
  if (wait.other_ops > 0) {
    out += fmt::format(" and {} other{}", wait.other_ops, wait.other_ops == 1 ? "" : "s");
  }
  if (wait.parked_at) out += ", parked at " + place(*wait.parked_at);
  return out.empty() ? " for something that the log does not tell" : out;
}

std::string message_of(const Model& model, const HeldWait& wait, std::int64_t limit_ns) {
  std::string out = fmt::format("kept {} while it waited for {}{}", lock_text(wait),
                                measured_text(model, wait.until_unix_ns - wait.since_unix_ns),
                                awaited_text(wait));
  if (wait.to_log_end) out += fmt::format(", to {}", log_end_words(model.coverage));
  out += fmt::format(" (limit {})", limit_text(Limit::Unit::kNanoseconds, limit_ns));
  if (wait.lock_waiters == 0) return out + "; no task was waiting for the lock by then";
  return out + fmt::format("; {} waiting for the lock by then",
                           wait.lock_waiters == 1
                               ? "1 task was"
                               : fmt::format("{} tasks were", wait.lock_waiters));
}

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  if (!model.tasks[i].held_wait) return;
  const HeldWait& wait = *model.tasks[i].held_wait;
  const std::int64_t waited_ns = wait.until_unix_ns - wait.since_unix_ns;
  if (!is_surely(model, waited_ns, limit_ns)) return;
  const Coverage& coverage = model.coverage.of_run_at(wait.hold.line);
  const bool doubtful = wait.hold.doubtful || coverage.lacks_lines() ||
                        is_lock_guessed(coverage, wait.lock, wait.until_unix_ns);
  findings.push_back({"lock-held-across-long-wait",
                      doubtful ? Status::kProvisional : Status::kDefinite, i,
                      message_of(model, wait, limit_ns), wait.hold.line, wait.last_line,
                      wait.since_unix_ns, waited_ns});
}

}  // namespace

Lint lock_held_across_long_wait() {
  return {
      .name = "lock-held-across-long-wait",
      .summary = "tasks that kept a lock in a wait of 100 ms or more",
      .limit = {Limit::Unit::kNanoseconds, 100'000'000},
      .check_task = check,
      .explanation = {
          .meaning =
              "The task held an async Mutex or RwLock when its poll ended, and was not woken "
              "for as long as the limit, or longer, with the lock still held. Told is its "
              "longest such wait, in which async op it was where the log says so, and how "
              "many tasks were waiting for the lock when it was over. Provisional if the "
              "guard may have moved to another task, or if the log tells no span ids and which "
              "lock a line is about had to be guessed. Permits of a semaphore are left out, "
              "and so are the locks of std, which no log shows.",
          .reason = "Whoever wants the lock waits as long as its holder does. A slow timer, peer "
                    "or disk so becomes everybody's, and a second lock taken there is the first "
                    "half of a deadlock.",
          .advice = "Take out of the lock what is needed, drop the guard, then wait. If the order "
                    "of what happens is the point of the lock, a task of its own that is sent "
                    "messages says so better.",
          .rust = R"(let state = shared.lock().await;
send(&state.message).await?;              // all others wait for the peer, too

let message = shared.lock().await.message.clone();
send(&message).await?;                    // the guard is gone by now
)",
          .cpp = R"(auto state = co_await shared.lock();
co_await send(state->message);            // all others wait for the peer, too

Message message;
{
  auto state = co_await shared.lock();
  message = state->message;
}
co_await send(message);                   // the guard is gone by now
)"}};
}

}  // namespace ari::replay
