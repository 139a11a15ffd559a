#include "replay/lint/lint.h"

#include <algorithm>

#include "replay/lint/lints.h"

namespace ari::replay {

const std::vector<Lint>& all_lints() {
  // clang-format off: one a line where the list grows
  static const std::vector<Lint> lints = {
      self_wakes(),     lost_waker(),       never_yielded(),   auto_boxed_future(),
      large_future(),   never_polled(),     long_poll(),       outlier_poll(),
      long_scheduled(), late_timer(),       redundant_wakes(), task_leak(),
      deadlock(),       budget_exhausted(), blocked_worker(),  lock_held_across_long_wait(),
  };
  // clang-format on
  return lints;
}

const Lint* find_lint(std::string_view name) {
  const std::vector<Lint>& lints = all_lints();
  const auto found =
      std::find_if(lints.begin(), lints.end(), [&](const Lint& l) { return l.name == name; });
  return found == lints.end() ? nullptr : &*found;
}

}  // namespace ari::replay
