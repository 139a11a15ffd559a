// Whether the names of files that are one log, cut by date or number, skip some: then files may be
// missing between them, which nothing in the files themselves tells.
#pragma once

#include <cstdint>
#include <string_view>

#include "replay/input/coverage.h"

namespace ari::replay {

// How far the numbers lie apart in which the two names differ: 1 for "app.log.2026-11-20" and
// "app.log.2026-11-21", and for "….2026-11-30-23" and "….2026-12-01-00". 0: they differ in more
// than one number, or in something else.
std::uint64_t steps_between(std::string_view name, std::string_view other);

// Sets parts_missing of the files behind gaps between files that go on with each other where names
// are skipped and the time between is much longer than at any other seam: a program that logged
// nothing all day skips a name too.
void note_skipped_names(Coverage& coverage);

}  // namespace ari::replay
