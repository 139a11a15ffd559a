// The table of async ops: `ari-replay ops`.
#pragma once

#include <optional>
#include <string>

#include "replay/model/model.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

struct OpsOptions {
  std::optional<TimeBound> from;  // leaves out what was gone by then
};

// Both require that the log was folded with FoldOptions::resources.

// A line of counts, which is also the key to the signs; what the log lost; one row an op;
// which columns found no room.
void ops_text(const Model& model, const OpsOptions& options, const TextStyle& style,
              std::string& out);

// {"version","semantics","coverage","ops":[…]}
void ops_json(const Model& model, const OpsOptions& options, std::string& out);

}  // namespace ari::replay
