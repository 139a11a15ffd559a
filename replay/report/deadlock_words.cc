#include "replay/report/deadlock_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/lint/certainty.h"
#include "replay/report/words.h"

namespace ari::replay {

bool is_definite(const Model& model, const Deadlock& deadlock) {
  return deadlock_status(model, deadlock) == Status::kDefinite;
}

std::string_view awaited_words(const Deadlock& deadlock) {
  const auto joins = std::count_if(deadlock.links.begin(), deadlock.links.end(),
                                   [](const DeadlockLink& link) { return link.joins; });
  if (joins == 0) return "the next one's lock";
  const bool are_all = static_cast<std::size_t>(joins) == deadlock.links.size();
  return are_all ? "the next one's end" : "the next one's lock or end";
}

std::string doubt_text(const Model& model, const Deadlock& deadlock) {
  if (is_definite(model, deadlock)) return {};
  if (is_circle_guessed(model, deadlock)) return "by a guess: the log has no span ids";
  const Coverage& coverage = model.coverage.of_run_at(deadlock.first_line);
  if (coverage.events_lost > 0) return "as far as the log tells: events were lost";
  if (coverage.has_gaps()) return "as far as the log tells: some of the run is not in it";
  for (const DeadlockLink& link : deadlock.links) {
    if (!link.hold.doubtful) continue;
    return fmt::format("who holds {} [{}] is not certain", escaped(link.lock_type), link.lock.span);
  }
  return "something else may wake one of them";
}

}  // namespace ari::replay
