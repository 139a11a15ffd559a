#include "replay/lint/lint_settings.h"

#include <algorithm>
#include <cassert>

namespace ari::replay {

LintSettings::LintSettings(Semantics semantics) : semantics_(semantics) {
  for (const Lint& lint : all_lints()) {
    const bool wanted = lint.by_default && (lint.is_consoles || semantics == Semantics::kCorrected);
    settings_.push_back({wanted ? Level::kDeny : Level::kAllow, std::nullopt, false});
  }
}

std::size_t LintSettings::index(std::string_view lint) {
  const Lint* found = find_lint(lint);
  assert(found != nullptr && "names are checked where they are typed");
  return static_cast<std::size_t>(found - all_lints().data());
}

std::int64_t LintSettings::limit(const Lint& lint, const Task& task) const {
  const std::int64_t of_ari = lint.limit.fallback_of_ari;
  const auto i = static_cast<std::size_t>(&lint - all_lints().data());
  const bool other = of_ari != 0 && !settings_[i].limit && semantics_ == Semantics::kCorrected &&
                     task.target == "ari::task";
  return other ? of_ari : limit(i);
}

void LintSettings::set_level(const std::vector<std::string_view>& lints, Level level) {
  for (const std::string_view lint : lints) {
    settings_[index(lint)].level = level;
    settings_[index(lint)].said = true;
  }
}

void LintSettings::apply(const LintChoices& choices) {
  if (!choices.only.empty()) {
    for (Setting& setting : settings_) {
      setting.level = Level::kAllow;
      setting.said = true;
    }
    set_level(choices.only, Level::kDeny);
  }
  set_level(choices.denied, Level::kDeny);
  set_level(choices.warned, Level::kWarn);
  set_level(choices.allowed, Level::kAllow);
  for (const auto& [lint, limit] : choices.limits) settings_[index(lint)].limit = limit;
  no_tasks_allowed_ |= choices.no_tasks_allowed;
  if (choices.least_denied) least_denied_ = *choices.least_denied;
}

Findings run_lints(const Model& model, const LintSettings& settings) {
  Findings findings;
  settings.for_each([&](const Lint& lint, std::int64_t limit) {
    if (lint.check_model != nullptr) return lint.check_model(model, limit, findings);
    for (std::size_t i = 0; i < model.tasks.size(); ++i) {
      lint.check_task(model, i, settings.limit(lint, model.tasks[i]), findings);
    }
  });
  return findings;
}

Findings run_lints(const Model& model) { return run_lints(model, LintSettings(model.semantics)); }

bool has_finding(const Model& model, std::size_t task, const LintSettings& settings) {
  Findings findings;
  settings.for_each([&](const Lint& lint, std::int64_t /*limit*/) {
    if (lint.check_task == nullptr) return;
    lint.check_task(model, task, settings.limit(lint, model.tasks[task]), findings);
  });
  return !findings.empty();
}

}  // namespace ari::replay
