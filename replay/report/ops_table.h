// Async ops as a table, of a whole run or of one resource.
#pragma once

#include <string_view>
#include <vector>

#include "replay/model/model.h"
#include "replay/report/table.h"

namespace ari::replay {

enum class OpParts : std::uint8_t { kAll, kWithoutResource };

// A row for each op; for a null pointer one that says that ops were left out here.
Table ops_table(const Model& model, const std::vector<const AsyncOp*>& ops, OpParts parts);

}  // namespace ari::replay
