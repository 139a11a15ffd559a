// All about one resource: `ari-replay resource`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "replay/model/model.h"
#include "replay/report/text_style.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

struct ResourceOptions {
  std::optional<TimeBound> from;  // leaves out ops that were gone, and changes made, before
  bool whole = false;             // all ops and changes, however many
};

// The ops that use the resource, and its changes, as far as they are to be shown.
std::vector<const AsyncOp*> ops_of(const Model& model, std::size_t index,
                                   const ResourceOptions& options);
std::vector<const AttributeChange*> changes_of(const Model& model, std::size_t index,
                                               const ResourceOptions& options);

// Both require that the log was folded with FoldOptions::resources, and that
// model.resources[index] was watched.

// What it is and where it was made, its attributes, the ops that use it, what changed in
// it, when and by whom: of many ops and changes only the first and the last.
void resource_text(const Model& model, std::size_t index, const ResourceOptions& options,
                   const TextStyle& style, std::string& out);

// {"version","semantics","coverage",
//  "resource":{as in `resources`},"children":[…],"ops":[as in `ops`],"changes":[…]}
void resource_json(const Model& model, std::size_t index, const ResourceOptions& options,
                   std::string& out);

}  // namespace ari::replay
