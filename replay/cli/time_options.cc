#include "replay/cli/time_options.h"

#include "replay/cli/make_option.h"

namespace ari::replay {

Take take_bound(std::optional<TimeBound>& bound, const std::optional<TimeBound>& from,
                const std::optional<TimeBound>& to) {
  return [&bound, &from, &to](const std::string& typed) -> std::optional<Error> {
    const Result<TimeBound> parsed = parse_time_bound(typed);
    if (!parsed.has_value()) return parsed.error();
    bound = parsed.value();
    const bool can_compare = from && to && from->base == to->base;
    if (can_compare && from->ns > to->ns) {
      return Error{"that leaves nothing to look at: --from is after --to (or --at)"};
    }
    return std::nullopt;
  };
}

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
      take_bound(o.at, o.from, o.at));
}

std::vector<OptionSpec> time_options(Options& o) {
  return {at_option(o),
          value_option("--from", "TIME", "leaves out what was over before",
                       take_bound(o.from, o.from, o.at)),
          value_option("--to", "TIME", "leaves out what came after: the same as --at",
                       take_bound(o.at, o.from, o.at))};
}

}  // namespace ari::replay
