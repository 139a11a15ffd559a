// The timeline: what each task and each thread did when, as lanes of characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "replay/input/coverage.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"
#include "replay/timeline/rows.h"

namespace ari::replay {

struct TimelineOptions {
  std::optional<TimeBound> from, to;   // what is drawn; absent: from the log's start, to its end
  bool all = false;                    // every task, not only the busiest; text only
  std::size_t most_slices = SIZE_MAX;  // JSON: of all rows; the busiest have theirs first
};

// Requires: the log has at least one event.
void timeline_text(const Rows& rows, const Coverage& coverage, const TimelineOptions& options,
                   const TextStyle& style, std::string& out);

// Every row with its slices; those that lie outside of what was asked for are left out.
// Where there would be more slices than `most_slices`, rows are left out and counted.
void timeline_json(const Rows& rows, const Coverage& coverage, const TimelineOptions& options,
                   std::string& out);

}  // namespace ari::replay
