// LintSettings: which lints are looked for, within which limits, and which may fail a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "replay/lint/lint.h"

namespace ari::replay {

enum class Level : std::uint8_t {
  kAllow,  // not looked for
  kWarn,   // reported, but no reason to fail
  kDeny,   // reported, and the run fails if the finding is certain enough
};

// The least certain status that fails a run (kDefinite is the most certain); nothing: none does.
using LeastDenied = std::optional<Status>;

// What flags, or a file, say about lints. Names are those of lints.
struct LintChoices {
  std::vector<std::string_view> only;  // empty: no such restriction
  std::vector<std::string_view> allowed, warned, denied;
  std::vector<std::pair<std::string_view, std::int64_t>> limits;
  std::optional<LeastDenied> least_denied;
  bool no_tasks_allowed = false;
};

class LintSettings {
 public:
  // What holds if nothing is said. In the console's semantics that is the console's lints.
  explicit LintSettings(Semantics semantics);

  // Adds to what was said before, and outdoes it. Of what is said at once, `only` comes
  // first, and of several levels for one lint the mildest holds.
  void apply(const LintChoices& choices);

  Level level(std::string_view lint) const { return settings_[index(lint)].level; }
  // Of all tasks, but for those of ari's runtime if Limit has another fallback for them.
  std::int64_t limit(std::string_view lint) const { return limit(index(lint)); }
  std::int64_t limit_of_ari(const Lint& lint) const;
  // Whether it is not looked for, and nobody has said anything of it.
  bool is_unasked(std::string_view lint) const {
    const Setting& setting = settings_[index(lint)];
    return setting.level == Level::kAllow && !setting.said;
  }
  LeastDenied least_denied() const noexcept { return least_denied_; }
  bool no_tasks_allowed() const noexcept { return no_tasks_allowed_; }
  // Calls `visit` with each lint that is looked for, and its limit.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < settings_.size(); ++i) {
      if (settings_[i].level != Level::kAllow) visit(all_lints()[i], limit(i));
    }
  }

 private:
  struct Setting {
    Level level;
    std::optional<std::int64_t> limit;  // that the user has set
    bool said = false;                  // whether the user has set the level
  };

  static std::size_t index(std::string_view lint);
  std::int64_t limit(std::size_t lint) const {
    return settings_[lint].limit.value_or(all_lints()[lint].limit.fallback);
  }
  void set_level(const std::vector<std::string_view>& lints, Level level);

  Semantics semantics_;
  std::vector<Setting> settings_;  // as all_lints()
  LeastDenied least_denied_ = Status::kDefinite;
  bool no_tasks_allowed_ = false;  // whether a log with nothing to look at may pass
};

// Runs all lints that are not allowed; findings in order of lint, then of task.
Findings run_lints(const Model& model, const LintSettings& settings);
// The same by default settings.
Findings run_lints(const Model& model);

// The lints of `settings` that look at single tasks, for who asks of one task after the other.
class TaskLints {
 public:
  explicit TaskLints(const LintSettings& settings);

  // Whether any of them finds something in this one.
  bool find_any(const Model& model, std::size_t task) const;

 private:
  struct Check {
    decltype(Lint::check_task) check;
    std::int64_t limit, limit_of_ari;  // of all tasks but those of ari; of these
  };
  std::vector<Check> checks_;
};

}  // namespace ari::replay
