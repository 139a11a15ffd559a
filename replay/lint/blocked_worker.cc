// The runtime's watchdog looks from outside while the poll goes on, so this tells what
// long-poll cannot: where in the code the poll was.
#include <fmt/format.h>

#include <algorithm>

#include <string>
#include <string_view>

#include "replay/lint/lints.h"
#include "replay/model/duration_text.h"

namespace ari::replay {

namespace {

constexpr std::size_t kFramesShown = 3;

// The first frames of a backtrace that has one a line, as "a < b < c".
std::string top_frames(std::string_view backtrace) {
  std::string out;
  for (std::size_t shown = 0; shown < kFramesShown && !backtrace.empty();) {
    const std::size_t end = backtrace.find('\n');
    std::string_view frame = backtrace.substr(0, end);
    backtrace.remove_prefix(end == backtrace.npos ? backtrace.size() : end + 1);
    frame.remove_prefix(std::min(frame.find_first_not_of(" \t"), frame.size()));
    if (frame.empty()) continue;
    out.append(out.empty() ? "" : " < ").append(frame);
    ++shown;
  }
  return out;
}

std::string message_of(const Task& task, const BlockedWorker& worst, std::int64_t limit_ns) {
  std::string out =
      fmt::format("blocked worker {} for {} or more (limit {})", worst.worker,
                  duration_text(worst.for_ns), limit_text(Limit::Unit::kNanoseconds, limit_ns));
  if (task.times_blocked > 1) out += fmt::format(", the longest of {} times", task.times_blocked);
  const std::string frames = top_frames(worst.backtrace);
  return frames.empty() ? out : out + "; it was in " + frames;
}

void check(const Model& model, std::size_t i, std::int64_t limit_ns, Findings& findings) {
  const Task& task = model.tasks[i];
  if (!task.longest_blocked || task.longest_blocked->for_ns < limit_ns) return;
  const BlockedWorker& worst = *task.longest_blocked;
  findings.push_back({"blocked-worker", Status::kDefinite, i, message_of(task, worst, limit_ns),
                      worst.line, worst.line, worst.at_unix_ns, worst.for_ns});
}

}  // namespace

Lint blocked_worker() {
  return {
      .name = "blocked-worker",
      .summary = "polls seen to block a worker, and where",
      .limit = {Limit::Unit::kNanoseconds, 10'000'000},
      .by_default = true,
      .check_task = check,
      .explanation = {
          .meaning = "While the task was polled, the runtime saw that its worker had got nothing "
                     "else done for as long as the limit, or longer, and noted where the thread "
                     "was. The frames are the innermost ones. Only logs of ari's runtime tell of "
                     "it (target runtime::worker, op blocked), if its watchdog is on.",
          .reason = "A worker in one poll serves no other task, and no timer if it minds them. "
                    "With all workers blocked the program stands still.",
          .advice = "Look at the frames: a blocking call or a long computation belongs into "
                    "spawn_blocking or block_in_place, a std lock held across much work into "
                    "smaller pieces; a loop yields now and then.",
          .rust = R"(std::thread::sleep(pause);                               // blocks the worker
tokio::time::sleep(pause).await;                         // lets others run

let sum = tokio::task::spawn_blocking(move || hash(&file)).await?;
)",
          .cpp = R"(std::this_thread::sleep_for(pause);                      // blocks the worker
co_await ari::time::sleep(pause);                        // lets others run

auto sum = co_await ari::spawn_blocking(hash_file);
)"}};
}

}  // namespace ari::replay
