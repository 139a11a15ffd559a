// A configuration file for lint:
//
//   # what our servers are held to
//   long-poll = 20ms
//   deny = long-poll, provisional
//   allow = self-wakes
//
// A line sets a lint's limit, or says what the flag of that name would say. Blank lines and
// what follows a # say nothing.
#pragma once

#include <string>
#include <string_view>

#include "replay/lint/lint_settings.h"
#include "replay/result.h"

namespace ari::replay {

// What the file at `path` says. The error names file, line and column, and shows the place:
//
//   ari-lint.conf:2:13: '20sec' is no limit here: expected a time such as 20ms (…)
//     long-poll = 20sec
//                 ^
Result<LintChoices> read_lint_config(const std::string& path);

// The same for its text; `path` is for messages.
Result<LintChoices> parse_lint_config(std::string_view text, std::string_view path);

}  // namespace ari::replay
