// Coverage as JSON: the "coverage" object that every report carries.
#pragma once

#include "replay/input/coverage.h"
#include "replay/report/json_writer.h"

namespace ari::replay {

// The object's value; JSON.md has its keys.
void write_coverage(JsonWriter& json, const Coverage& coverage);

}  // namespace ari::replay
