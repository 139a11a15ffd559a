// What users type about lints, on the command line as in a configuration file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "replay/lint/lint_settings.h"
#include "replay/result.h"

namespace ari::replay {

// The names of all lints.
std::vector<std::string_view> lint_names();

// What may follow --deny: the least certain status that fails the run, or a lint.
std::vector<std::string_view> deny_words();

// What may follow --allow: a lint, or no-tasks, which lets a log without a task pass.
std::vector<std::string_view> allow_words();

// Adds the lint to `into`.
std::optional<Error> take_lint(std::string_view word, std::vector<std::string_view>& into);

// One of deny_words().
std::optional<Error> take_denied(std::string_view word, LintChoices& choices);

// One of allow_words().
std::optional<Error> take_allowed(std::string_view word, LintChoices& choices);

// "20ms", "1024", "60%", "50x": whatever the lint's limit is counted in.
Result<std::int64_t> parse_limit(const Lint& lint, std::string_view text);

}  // namespace ari::replay
