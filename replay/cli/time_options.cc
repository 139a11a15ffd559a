#include "replay/cli/time_options.h"

#include "replay/cli/make_option.h"

namespace ari::replay {

OptionSpec follow_option(Options& o) {
  return flag("--follow",
              "goes on as each log grows, through rotation, until Ctrl-C; a view is drawn again "
              "every second on a terminal, and printed at the end",
              o.follow);
}

OptionSpec at_option(Options& o) {
  return value_option("--at", "TIME",
                      "as of that instant: in RFC 3339, or 1.5s from the log's start",
                      take_parsed(&parse_time_bound, [&o](TimeBound t) { o.at = t; }));
}

std::vector<OptionSpec> time_options(Options& o) {
  return {at_option(o),
          value_option("--from", "TIME", "leaves out what was over before",
                       take_parsed(&parse_time_bound, [&o](TimeBound t) { o.from = t; })),
          value_option("--to", "TIME", "leaves out what came after: the same as --at",
                       take_parsed(&parse_time_bound, [&o](TimeBound t) { o.at = t; }))};
}

}  // namespace ari::replay
