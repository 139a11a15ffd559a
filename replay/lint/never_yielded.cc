#include <fmt/format.h>

#include "replay/lint/lints.h"
#include "replay/model/duration_text.h"

namespace ari::replay {

void check_never_yielded(const Model& model, Findings& findings) {
  for (std::size_t i = 0; i < model.tasks.size(); ++i) {
    const Task& task = model.tasks[i];
    if (is_exempt(task) || !task.long_first_poll) continue;
    const LongFirstPoll& poll = *task.long_first_poll;
    const std::string length = duration_text(poll.duration_ns);
    if (!poll.over) {
      findings.push_back(
          {"never-yielded", Status::kDefinite, i,
           fmt::format("has been in its first poll for {} {}", length,
                       model.coverage.as_of_unix_ns ? "at that instant" : "when the log ends"),
           poll.first_line, poll.last_line, poll.start_unix_ns});
    } else if (model.semantics == Semantics::kCorrected) {
      findings.push_back(
          {"never-yielded", Status::kRefuted, i,
           fmt::format("did not yield for {}, but then its first poll ended", length),
           poll.first_line, poll.last_line, poll.start_unix_ns});
    }
  }
}

}  // namespace ari::replay
