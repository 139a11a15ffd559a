// Finding: one thing that a lint has to say about one task, or about several at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "replay/model/model.h"

namespace ari::replay {

enum class Status : std::uint8_t {
  kDefinite,     // the log shows it
  kProvisional,  // the log ends (or begins) in the middle of it: more log could refute it
  kRefuted,      // it looked so for a while, and what followed shows that it was not
};

struct Finding {
  std::string_view lint;  // its name, such as "lost-waker"
  Status status = Status::kDefinite;
  std::size_t task = 0;                       // index in Model::tasks
  std::string message;                        // one sentence: what is wrong, with its figures
  LineNumber first_line = 0, last_line = 0;   // the log lines behind it
  std::optional<std::int64_t> since_unix_ns;  // when it began, for what has a beginning
  // What was measured, in the lint's unit (unit_of()): of two findings the larger is worse. 0: the
  // lint measures nothing.
  std::int64_t figure = 0;
  std::vector<std::size_t> others = {};    // tasks that it is about as much, as in a deadlock
  std::optional<std::int64_t> limit = {};  // from which on it is told; run_lints() fills it in
};

using Findings = std::vector<Finding>;

// Whether it is about the task of that index, alone or with others.
inline bool is_about(const Finding& finding, std::size_t task) noexcept {
  return finding.task == task ||
         std::find(finding.others.begin(), finding.others.end(), task) != finding.others.end();
}

// "definite", "provisional", "refuted".
std::string_view status_name(Status status) noexcept;

}  // namespace ari::replay
