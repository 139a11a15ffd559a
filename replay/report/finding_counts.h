// Findings counted: by status, and by lint and status.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "replay/lint/finding.h"

namespace ari::replay {

inline constexpr std::array kAllStatuses = {Status::kDefinite, Status::kProvisional,
                                            Status::kRefuted};

// Indexed by the enumerators of Status.
using StatusCounts = std::array<std::uint64_t, kAllStatuses.size()>;
StatusCounts count_statuses(const std::vector<Finding>& findings);

// "1 definite, 2 refuted"; "none" if there are none.
std::string status_counts_text(const StatusCounts& counts);

struct LintCounts {
  std::string_view lint;
  StatusCounts counts{};
  std::vector<const Finding*> findings;  // the most certain first
};
// One for each lint that found something, in order of first finding.
std::vector<LintCounts> count_by_lint(const std::vector<Finding>& findings);

}  // namespace ari::replay
