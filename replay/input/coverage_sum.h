// The coverage of several logs as that of one.
#pragma once

#include "replay/input/coverage.h"

namespace ari::replay {

// What can be told of both together.
Facts common(const Facts& a, const Facts& b);

// One more lock that is guessed. Where there is no room, the last of them stands for any lock.
void add(Inferred& inferred, const GuessedLock& lock);

void add(std::optional<Inferred>& sum, const std::optional<Inferred>& more);

// Adds the coverage of another run to `sum`: counts are added up, its files follow. A fact counts
// if any of the formats tells it, but what a figure rests on only if all do. `path` stays as it is.
void add(Coverage& sum, const Coverage& run);

}  // namespace ari::replay
