// --at, --from and --to of the commands that fold a log.
#pragma once

#include <optional>
#include <vector>

#include "replay/cli/spec.h"
#include "replay/report/time_bound.h"

namespace ari::replay {

// Takes one end of the time that is looked at into `bound`, which is one of the two; these must not
// leave nothing between them. They must outlive what is returned.
Take take_bound(std::optional<TimeBound>& bound, const std::optional<TimeBound>& from,
                const std::optional<TimeBound>& to);

// --follow, for commands that print lines as they come, or a view again and again.
OptionSpec follow_option(Options& options);

// --at TIME: as of that instant.
OptionSpec at_option(Options& options);

// --at; and --from and --to, for views that list things or events: --to is --at by another
// name, since what came after the end of a stretch of time is not part of it.
std::vector<OptionSpec> time_options(Options& options);

}  // namespace ari::replay
