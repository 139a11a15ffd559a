#include <fmt/format.h>

#include "replay/cli/commands.h"
#include "replay/cli/folded.h"
#include "replay/cli/lint_config.h"
#include "replay/cli/lint_words.h"
#include "replay/cli/make_option.h"
#include "replay/cli/print_folded.h"
#include "replay/cli/time_options.h"
#include "replay/report/lint_github.h"
#include "replay/report/lint_sarif.h"
#include "replay/report/lint_view.h"
#include "replay/report/state_counts.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// The file first, so that flags outdo it.
Result<LintSettings> settings_of(const Options& options) {
  LintSettings settings(options.semantics);
  if (!options.lint_config.empty()) {
    const Result<LintChoices> config = read_lint_config(options.lint_config);
    if (!config.has_value()) return config.error();
    settings.apply(config.value());
  }
  settings.apply(options.lint);
  return settings;
}

int report(const Options& options, const Model& model, const LintSettings& settings,
           const TextStyle& style, std::string& out) {
  const Findings findings = run_lints(model, settings);
  switch (options.format) {
    case Format::kText:
      lint_text(model, findings, settings, style, out);
      break;
    case Format::kJson:
      lint_json(model, findings, out);
      break;
    case Format::kSarif:
      lint_sarif(model, findings, settings, ARI_VERSION, out);
      break;
    case Format::kGithub:
      lint_github(model, findings, settings, out);
      break;
  }
  return fails(model, findings, settings) ? kExitFindings : kExitDone;
}

int run(const Options& options, Console& console) {
  const Result<LintSettings> settings = settings_of(options);
  if (!settings.has_value()) {
    console.remark(settings.error().message);
    return kExitUsage;
  }
  for (const auto& [lint, limit] : options.lint.limits) {
    if (settings.value().level(lint) != Level::kAllow) continue;
    console.remark(
        fmt::format("--limit {0}: {0} is not looked for; --deny or --warn {0} would", lint));
  }
  const TaskLints task_lints(settings.value());
  FoldOptions fold_options = for_lints(settings.value());
  fold_options.is_worth_keeping = [&](const Model& model, std::size_t task) {
    return task_lints.find_any(model, task);
  };
  return print_folded(options, std::move(fold_options), console,
                      [&](const Model& model, const TextStyle& style, std::string& out) {
                        const std::string nothing = nothing_to_look_at(model);
                        if (options.format != Format::kText && !nothing.empty()) {
                          console.remark(nothing);
                        }
                        return report(options, model, settings.value(), style, out);
                      });
}

OptionSpec words_option(std::string_view name, std::string_view value,
                        std::vector<std::string_view> choices, std::string_view help, Take take) {
  OptionSpec option = repeatable(value_option(name, value, help, std::move(take)));
  option.choices = std::move(choices);
  option.choices_in_notes = true;
  return option;
}

OptionSpec lint_option(std::string_view name, std::string_view help,
                       std::vector<std::string_view>& into) {
  return words_option(name, "LINT", lint_names(), help,
                      [&into](const std::string& typed) { return take_lint(typed, into); });
}

OptionSpec deny_option(Options& o) {
  OptionSpec option = words_option(
      "--deny", "STATUS|LINT", deny_words(),
      "STATUS: exit status 1 if a finding is at least this certain: definite, provisional, "
      "refuted or none; LINT: look for this one too",
      [&o](const std::string& typed) { return take_denied(typed, o.lint); });
  option.fallback = "definite";
  return option;
}

OptionSpec allow_option(Options& o) {
  return words_option("--allow", "LINT|no-tasks", allow_words(),
                      "do not look for this one; no-tasks: a log without a task may pass",
                      [&o](const std::string& typed) { return take_allowed(typed, o.lint); });
}

// "long-poll=20ms"
std::optional<Error> take_limit(const std::string& typed, LintChoices& choices) {
  const std::size_t equals = typed.find('=');
  const std::string_view name = std::string_view(typed).substr(0, equals);
  const Lint* lint = find_lint(name);
  if (lint == nullptr) return unknown_word(name, lint_names());
  if (equals == typed.npos) {
    return Error{fmt::format("expected LINT=LIMIT, found '{}'", escaped(typed))};
  }
  const Result<std::int64_t> limit = parse_limit(*lint, std::string_view(typed).substr(equals + 1));
  if (!limit.has_value()) return limit.error();
  choices.limits.emplace_back(lint->name, limit.value());
  return std::nullopt;
}

OptionSpec limit_option(Options& o) {
  return repeatable(
      value_option("--limit", "LINT=LIMIT", "from which figure on a lint reports; see below",
                   [&o](const std::string& typed) { return take_limit(typed, o.lint); }));
}

OptionSpec config_option(Options& o) {
  return value_option(
      "--config", "FILE",
      "settings, one a line: LINT = LIMIT, or deny, warn, allow or only = WORD, WORD…; # begins a "
      "comment; flags outdo it",
      [&o](const std::string& typed) -> std::optional<Error> {
        if (typed.empty()) return Error{"expected the name of a file"};
        o.lint_config = typed;
        return std::nullopt;
      });
}

OptionSpec format_option(Options& o) {
  return word_option<Format>("--format", "",
                             {{"text", Format::kText},
                              {"json", Format::kJson},
                              {"sarif", Format::kSarif},
                              {"github", Format::kGithub}},
                             "text",
                             "for people, for programs, for code scanning (SARIF 2.1.0), or as "
                             "annotations of a GitHub workflow",
                             [&o](Format format) { o.format = format; });
}

constexpr std::size_t kNameColumns = 19;

void append_lints(bool by_default, std::string& out) {
  for (const Lint& lint : all_lints()) {
    if (lint.by_default != by_default) continue;
    // A name that leaves no room between itself and its limit has a line to itself.
    const bool is_long = lint.name.size() >= kNameColumns;
    if (is_long) out += fmt::format("  {}\n", lint.name);
    out += fmt::format("  {:<{}}{:<6}  {}\n", is_long ? "" : lint.name, kNameColumns,
                       limit_text(lint.limit.unit, lint.limit.fallback), lint.summary);
  }
}

std::string notes() {
  std::string out = "Lints, with the limits that hold unless set:\n";
  append_lints(true, out);
  out += "Only if asked for with --warn, --deny or --only:\n";
  append_lints(false, out);
  out +=
      "What each means, and what to do: ari-replay explain LINT.\n"
      "\nA finding is definite if the log shows it, provisional if the log ends or begins\n"
      "in the middle of it, refuted if what followed shows that it was not so. A log\n"
      "without a single task, or without a single poll, has nothing to look at and\n"
      "fails too, unless --allow no-tasks or --deny none says that it may pass.\n"
      "Said of one lint, --allow outdoes --warn, --warn --deny, and --deny --only. In\n"
      "console semantics only tokio-console's five are looked for unless others are\n"
      "asked for.\n";
  return out;
}

}  // namespace

CommandSpec lint_command(Options& o) {
  return {"lint",
          "findings, with an exit status for CI",
          "What is likely wrong, each finding with its task and the log lines behind it. Equal "
          "findings about tasks spawned at one place are told together.",
          {log_argument(o)},
          {deny_option(o),
           lint_option("--warn", "look for this one too, but never fail for it", o.lint.warned),
           allow_option(o), lint_option("--only", "look for this one and no other", o.lint.only),
           limit_option(o), config_option(o), at_option(o), follow_option(o), format_option(o)},
          {{"lint run.jsonl", "fails if something is definitely wrong"},
           {"lint --deny provisional --allow self-wakes run.jsonl", "stricter, but for one lint"},
           {"lint --warn long-poll --limit long-poll=20ms run.jsonl", "which polls took so long"},
           {"lint --format sarif run.jsonl > run.sarif", "for code scanning"}},
          notes(),
          &run};
}

}  // namespace ari::replay
