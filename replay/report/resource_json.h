// Resources and async ops as JSON: the members that several reports share.
#pragma once

#include <vector>

#include "replay/model/model.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// "span" to "total_ns", into an object that is open.
void write_resource_members(JsonWriter& json, const Resource& resource);

// "span" to "total_ns", into an object that is open.
void write_op_members(JsonWriter& json, const AsyncOp& op);

// `"ops":[{…},…]`, one a line; null where the log's format does not tell of ops.
void member_ops(JsonWriter& json, const Model& model, const std::vector<const AsyncOp*>& ops);

// `"value":…,"unit":…`, into an object that is open.
void write_attribute_members(JsonWriter& json, const Attribute& attribute);

}  // namespace ari::replay
