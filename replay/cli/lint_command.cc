#include <fmt/format.h>

#include <algorithm>

#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/make_option.h"
#include "replay/report/lint_view.h"

namespace ari::replay {

namespace {

bool wanted(const Finding& finding, const Options& options) {
  const auto names = [&](const std::vector<std::string_view>& list) {
    return std::find(list.begin(), list.end(), finding.lint) != list.end();
  };
  return (options.only.empty() || names(options.only)) && !names(options.allowed);
}

int run(const Options& options, Console& console) {
  auto folded = fold_log(options, {}, console);
  if (!folded) return kExitUsage;
  std::erase_if(folded->findings, [&](const Finding& f) { return !wanted(f, options); });
  std::string out;
  if (options.format == Format::kJson) {
    lint_json(folded->model, folded->findings, out);
  } else {
    lint_text(folded->model, folded->findings, options.lint, text_style(options, console), out);
  }
  console.write(out);
  return fails(folded->findings, options.lint) ? kExitFindings : kExitDone;
}

std::vector<Choice<std::string_view>> lints() {
  std::vector<Choice<std::string_view>> out;
  for (const Lint& lint : all_lints()) out.push_back({lint.name, lint.name});
  return out;
}

OptionSpec lint_option(std::string_view name, std::string_view help,
                       std::vector<std::string_view>& into) {
  OptionSpec option = word_option<std::string_view>(
      name, "LINT", lints(), "", help, [&into](std::string_view lint) { into.push_back(lint); });
  option.repeatable = true;
  option.choices_in_notes = true;
  return option;
}

std::string notes() {
  std::string out = "Lints:\n";
  for (const Lint& lint : all_lints()) out += fmt::format("  {:<20}{}\n", lint.name, lint.summary);
  out +=
      "\nA finding is definite if the log shows it, provisional if the log ends or begins\n"
      "in the middle of it, refuted if what followed shows that it was not so.\n";
  return out;
}

}  // namespace

CommandSpec lint_command(Options& o) {
  using Denied = std::optional<Status>;
  return {"lint",
          "findings, with an exit status for CI",
          "What is likely wrong, each finding with its task and the log lines behind it.",
          {log_argument(o)},
          {word_option<Denied>("--deny", "",
                               {{"definite", Status::kDefinite},
                                {"provisional", Status::kProvisional},
                                {"refuted", Status::kRefuted},
                                {"none", std::nullopt}},
                               "definite", "exit status 1 if a finding is at least this certain",
                               [&o](Denied status) { o.lint.deny = status; }),
           lint_option("--only", "this lint and no other", o.only),
           lint_option("--allow", "every lint but this one", o.allowed)},
          {{"lint run.jsonl", "fails if something is definitely wrong"},
           {"lint --deny provisional --allow self-wakes run.jsonl", "stricter, but for one lint"}},
          notes(),
          &run};
}

}  // namespace ari::replay
