#include <algorithm>

#include "replay/cli/commands.h"
#include "replay/cli/make_option.h"

namespace ari::replay {

using subscriber::ColourChoice;

std::vector<OptionSpec> common_options(Options& o) {
  return {
      word_option<Semantics>(
          "--semantics", "",
          {{"corrected", Semantics::kCorrected}, {"console", Semantics::kConsole}}, "corrected",
          "times as they were, or number for number as tokio-console shows them",
          [&o](Semantics semantics) { o.semantics = semantics; }),
      word_option<Format>("--format", "", {{"text", Format::kText}, {"json", Format::kJson}},
                          "text", "for people, or for programs",
                          [&o](Format format) { o.format = format; }),
      word_option<ColourChoice>("--color", "",
                                {{"auto", ColourChoice::kAuto},
                                 {"always", ColourChoice::kAlways},
                                 {"never", ColourChoice::kNever}},
                                "auto",
                                "auto: on a terminal, unless NO_COLOR is set or TERM is dumb",
                                [&o](ColourChoice choice) { o.colour = choice; }),
  };
}

const OptionSpec* find_option(const std::vector<OptionSpec>& options, std::string_view name) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const OptionSpec& o) { return o.name == name; });
  return found == options.end() ? nullptr : &*found;
}

std::vector<const OptionSpec*> common_options_of(const ProgramSpec& program,
                                                 const CommandSpec& command) {
  std::vector<const OptionSpec*> out;
  for (const OptionSpec& option : program.common) {
    if (command.takes(option) && find_option(command.options, option.name) == nullptr)
      out.push_back(&option);
  }
  return out;
}

ProgramSpec program_spec(Options& options) {
  return {{summary_command(options),   tasks_command(options),    task_command(options),
           resources_command(options), resource_command(options), ops_command(options),
           waits_command(options),     dump_command(options),     tree_command(options),
           show_command(options),      lint_command(options),     explain_command(options),
           wakers_command(options),    why_command(options),      diff_command(options),
           timeline_command(options),  metrics_command(options),  report_command(options),
           convert_command(options),   recover_command(options),  completion_command(options)},
          common_options(options)};
}

}  // namespace ari::replay
