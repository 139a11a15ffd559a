// Durations as the log's clock measured them: what is sure of them, and how they are written.
#pragma once

#include <cstdint>
#include <string>

#include "replay/lint/finding.h"
#include "replay/model/duration_text.h"
#include "replay/model/model.h"

namespace ari::replay {

// Whether it is as long as the limit for sure: where the log tells whole milliseconds or seconds,
// any duration may have been shorter by such a step.
inline bool is_surely(const Model& model, std::int64_t duration_ns,
                      std::int64_t limit_ns) noexcept {
  return duration_ns >= limit_ns && duration_ns - model.coverage.error_ns() >= limit_ns;
}

// How sure a finding is that rests on times and counts of polls and waits: of those that lines are
// missing of, one may be several.
inline Status status_of_times(const Model& model, const Task& task) noexcept {
  return model.coverage.of_run_at(task.first_line).lacks_lines() ? Status::kProvisional
                                                                 : Status::kDefinite;
}

// With no digit that a coarse clock did not measure.
inline std::string measured_text(const Model& model, std::int64_t duration_ns) {
  const std::int64_t error_ns = model.coverage.error_ns();
  return duration_text(duration_ns, error_ns > 0 ? error_ns : 1);
}

}  // namespace ari::replay
