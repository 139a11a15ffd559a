// The resource table: `ari-replay resources`.
#pragma once

#include <optional>
#include <string>

#include "replay/model/model.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

struct ResourcesOptions {
  std::optional<TimeBound> from;  // leaves out what was gone by then
};

// Both require that the log was folded with FoldOptions::resources.

// A line of counts, which is also the key to the signs; what the log lost; one row a
// resource; which columns found no room.
void resources_text(const Model& model, const ResourcesOptions& options, const TextStyle& style,
                    std::string& out);

// {"version","semantics","coverage","resources":[…]}
void resources_json(const Model& model, const ResourcesOptions& options, std::string& out);

}  // namespace ari::replay
