#include "replay/lint/lint_settings.h"

#include <algorithm>
#include <cassert>

namespace ari::replay {

namespace {

bool is_of_ari(const Task& task) noexcept { return task.target == "ari::task"; }

}  // namespace

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

std::int64_t LintSettings::limit_of_ari(const Lint& lint) const {
  const auto i = static_cast<std::size_t>(&lint - all_lints().data());
  const bool other =
      lint.limit.fallback_of_ari != 0 && !settings_[i].limit && semantics_ == Semantics::kCorrected;
  return other ? lint.limit.fallback_of_ari : limit(i);
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
    const std::int64_t limit_of_ari = settings.limit_of_ari(lint);
    const auto limit_of = [&](std::size_t task) {
      return is_of_ari(model.tasks[task]) ? limit_of_ari : limit;
    };
    std::size_t next = findings.size();
    if (lint.check_model != nullptr) {
      lint.check_model(model, limit, findings);
    } else {
      for (std::size_t i = 0; i < model.tasks.size(); ++i) {
        lint.check_task(model, i, limit_of(i), findings);
      }
    }
    if (lint.limit.unit == Limit::Unit::kNone) return;
    for (; next < findings.size(); ++next) findings[next].limit = limit_of(findings[next].task);
  });
  return findings;
}

Findings run_lints(const Model& model) { return run_lints(model, LintSettings(model.semantics)); }

TaskLints::TaskLints(const LintSettings& settings) {
  settings.for_each([&](const Lint& lint, std::int64_t limit) {
    if (lint.check_task == nullptr) return;
    checks_.push_back({lint.check_task, limit, settings.limit_of_ari(lint)});
  });
}

bool TaskLints::find_any(const Model& model, std::size_t task) const {
  Findings findings;
  const bool of_ari = is_of_ari(model.tasks[task]);
  for (const Check& check : checks_) {
    check.check(model, task, of_ari ? check.limit_of_ari : check.limit, findings);
  }
  return !findings.empty();
}

}  // namespace ari::replay
