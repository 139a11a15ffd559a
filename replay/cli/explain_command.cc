#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/lint_words.h"
#include "replay/cli/make_option.h"
#include "replay/report/lint_explanation.h"

namespace ari::replay {

namespace {

int run(const Options& options, Console& console) {
  const Lint& lint = *find_lint(options.lint_name);
  print_view(
      options, console, [&](std::string& out) { explanation_json(lint, out); },
      [&](const TextStyle& style, std::string& out) { explanation_text(lint, style, out); });
  return kExitDone;
}

}  // namespace

CommandSpec explain_command(Options& o) {
  return {"explain",
          "what a lint means, and what to do about it",
          "What a finding of the lint says, why it matters and what to do, with an example in Rust "
          "and in C++.",
          {{"LINT", "the name of a lint, as lint --help lists them", lint_names(),
            [&o](const std::string& typed) -> std::optional<Error> {
              std::vector<std::string_view> names;
              if (const auto error = take_lint(typed, names)) return error;
              o.lint_name = names.front();
              return std::nullopt;
            }}},
          {},
          {{"explain lost-waker", ""}},
          {},
          &run,
          {"--semantics"}};
}

}  // namespace ari::replay
