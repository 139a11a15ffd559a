#include "replay/cli/folded.h"

#include <utility>

#include "replay/report/problems.h"

namespace ari::replay {

std::optional<Model> fold_log(const Options& options, FoldOptions fold_options, Console& console) {
  fold_options.semantics = options.semantics;
  if (options.at) {
    fold_options.until = [at = *options.at](std::int64_t first_unix_ns) {
      return at.unix_ns(first_unix_ns);
    };
  }
  Result<Model> model = fold(options.log, fold_options);
  if (!model.has_value()) {
    console.remark(model.error().message);
    return std::nullopt;
  }
  std::string problems;
  append_problems(model.value().coverage, problems);
  console.write_error(problems);
  return std::move(model).value();
}

std::optional<Folded> fold_and_lint(const Options& options, FoldOptions fold_options,
                                    Console& console) {
  return fold_and_lint(options, std::move(fold_options), LintSettings(options.semantics), console);
}

std::optional<Folded> fold_and_lint(const Options& options, FoldOptions fold_options,
                                    const LintSettings& lints, Console& console) {
  fold_options.deadlocks = lints.level("deadlock") != Level::kAllow ||
                           lints.level("lock-held-across-long-wait") != Level::kAllow;
  std::optional<Model> model = fold_log(options, std::move(fold_options), console);
  if (!model) return std::nullopt;
  std::vector<Finding> findings = run_lints(*model, lints);
  return Folded{std::move(*model), std::move(findings)};
}

TextStyle text_style(const Options& options, const Console& console) {
  return {Paint(console.colour_depth(options.colour)), console.width()};
}

}  // namespace ari::replay
