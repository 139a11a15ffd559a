// Coverage as JSON: the "coverage" object that every report carries.
#pragma once

#include "replay/input/coverage.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// The object's value; its keys are the members of Coverage, in order.
void write_coverage(JsonWriter& json, const Coverage& coverage);

}  // namespace ari::replay
