// The runtime's own counts over time: `ari-replay metrics`.
#pragma once

#include <optional>
#include <string>

#include "replay/model/metrics_log.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

struct MetricsOptions {
  std::optional<TimeBound> from, until;  // leaves out snapshots before and after
  bool all = false;                      // of many snapshots each, not some
};

// What happened from one snapshot to the next, and what each worker did up to the last.
void metrics_text(const MetricsLog& log, const Coverage& coverage, const MetricsOptions& options,
                  const TextStyle& style, std::string& out);

// {"version","semantics","coverage","snapshots":[…]}, as the runtime told them.
void metrics_json(const MetricsLog& log, const Coverage& coverage, const MetricsOptions& options,
                  std::string& out);

// The snapshots in that time, in order.
std::vector<const MetricsSnapshot*> snapshots_in(const MetricsLog& log, const Coverage& coverage,
                                                 const MetricsOptions& options);

}  // namespace ari::replay
