#include "replay/cli/time_options.h"

#include "replay/cli/make_option.h"

namespace ari::replay {

namespace {

// Takes one end of the time that is looked at, which must not lie on the wrong side of the other.
Take take_bound(Options& o, std::optional<TimeBound> Options::*bound) {
  return [&o, bound](const std::string& typed) -> std::optional<Error> {
    const Result<TimeBound> parsed = parse_time_bound(typed);
    if (!parsed.has_value()) return parsed.error();
    o.*bound = parsed.value();
    const bool can_compare = o.from && o.at && o.from->from_start == o.at->from_start;
    if (can_compare && o.from->ns > o.at->ns) {
      return Error{"that leaves nothing to look at: --from is after --to (or --at)"};
    }
    return std::nullopt;
  };
}

}  // namespace

OptionSpec follow_option(Options& o) {
  return flag("--follow",
              "goes on as each log grows, through rotation, until Ctrl-C; a view is drawn again "
              "every second on a terminal, and printed at the end",
              o.follow);
}

OptionSpec at_option(Options& o) {
  return value_option(
      "--at", "TIME",
      "as of that instant: in RFC 3339, 1.5s from the log's start, or +1.5s if the log has uptimes",
      take_bound(o, &Options::at));
}

std::vector<OptionSpec> time_options(Options& o) {
  return {at_option(o),
          value_option("--from", "TIME", "leaves out what was over before",
                       take_bound(o, &Options::from)),
          value_option("--to", "TIME", "leaves out what came after: the same as --at",
                       take_bound(o, &Options::at))};
}

}  // namespace ari::replay
