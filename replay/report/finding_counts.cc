#include "replay/report/finding_counts.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/report/words.h"

namespace ari::replay {

StatusCounts count_statuses(const std::vector<Finding>& findings) {
  StatusCounts counts{};
  for (const Finding& finding : findings) ++counts[static_cast<std::size_t>(finding.status)];
  return counts;
}

std::string status_counts_text(const StatusCounts& counts) {
  std::string out;
  for (const Status status : kAllStatuses) {
    const std::uint64_t count = counts[static_cast<std::size_t>(status)];
    if (count == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", count_text(count), status_name(status));
  }
  return out.empty() ? "none" : out;
}

std::vector<LintCounts> count_by_lint(const std::vector<Finding>& findings) {
  std::vector<LintCounts> out;
  for (const Finding& finding : findings) {
    auto found = std::find_if(out.begin(), out.end(),
                              [&](const LintCounts& l) { return l.lint == finding.lint; });
    if (found == out.end()) {
      out.push_back({finding.lint, {}, {}});
      found = std::prev(out.end());
    }
    ++found->counts[static_cast<std::size_t>(finding.status)];
    found->findings.push_back(&finding);
  }
  for (LintCounts& lint : out) {
    std::stable_sort(lint.findings.begin(), lint.findings.end(),
                     [](const Finding* a, const Finding* b) { return a->status < b->status; });
  }
  return out;
}

}  // namespace ari::replay
