#include "replay/lint/finding.h"

#include "replay/lint/lints.h"

namespace ari::replay {

const std::vector<Lint>& all_lints() {
  static const std::vector<Lint> lints = {
      {"self-wakes", "tasks that mostly wake themselves", check_self_wakes},
      {"lost-waker", "tasks that nothing can wake any more", check_lost_waker},
      {"never-yielded", "tasks whose first poll runs for a second or more", check_never_yielded},
      {"auto-boxed-future", "futures so large that the runtime boxed them",
       check_auto_boxed_future},
      {"large-future", "futures of 1024 bytes or more", check_large_future},
  };
  return lints;
}

std::string_view status_name(Status status) noexcept {
  switch (status) {
    case Status::kDefinite:
      return "definite";
    case Status::kProvisional:
      return "provisional";
    case Status::kRefuted:
      break;
  }
  return "refuted";
}

std::vector<Finding> run_lints(const Model& model) {
  std::vector<Finding> findings;
  for (const Lint& lint : all_lints()) lint.check(model, findings);
  return findings;
}

}  // namespace ari::replay
