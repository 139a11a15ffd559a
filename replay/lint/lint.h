// Lint: a judgement on tasks, with its limit, its check and what there is to say about it.
//
// Each is described and carried out in a file of its own; lints.h declares them and
// all_lints() lists them. Adding one is a file, a declaration and an entry in the list.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "replay/lint/finding.h"
#include "replay/lint/limit.h"
#include "replay/model/model.h"

namespace ari::replay {

// What `ari-replay explain` tells: sentences, and code that shows the mistake beside its cure.
struct Explanation {
  std::string_view meaning;  // what a finding says, and when it is made
  std::string_view reason;   // why it matters
  std::string_view advice;   // what to do
  std::string_view rust;
  std::string_view cpp;
};

struct Lint {
  std::string_view name;
  std::string_view summary;  // one line, for --help and lists
  Limit limit;
  Limit::Unit measure = Limit::Unit::kNone;  // the unit of its figures, where there is no limit
  bool is_consoles = false;                  // tokio-console has it too
  bool by_default = false;                   // without being asked for
  // Either adds what it finds in one task, whatever the others are, or all that it finds in the
  // model. What the first finds in a task that is over does not depend on the coverage.
  void (*check_task)(const Model& model, std::size_t task, std::int64_t limit,
                     Findings& findings) = nullptr;
  void (*check_model)(const Model& model, std::int64_t limit, Findings& findings) = nullptr;
  Explanation explanation;
};

// The unit of the figures in its findings.
inline Limit::Unit unit_of(const Lint& lint) noexcept {
  return lint.limit.unit != Limit::Unit::kNone ? lint.limit.unit : lint.measure;
}

// Every lint, in the order in which they are listed; tokio-console's first.
const std::vector<Lint>& all_lints();

// Nothing if there is no lint of that name.
const Lint* find_lint(std::string_view name);

}  // namespace ari::replay
