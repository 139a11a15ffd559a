// What every task is in the middle of: `ari-replay dump` and `ari-replay tree`.
#pragma once

#include <cstdint>
#include <string>

#include "replay/lint/finding.h"
#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

enum class DumpForm : std::uint8_t {
  // Every task that is alive, in order of appearance; a holder is only named.
  kDump,
  // Only tasks that wait in an async op or for other tasks' end, and what those and holders wait
  // for below them: whom nobody waits for comes first, and no task's waits are shown twice.
  kTree,
};

// Both require that the log was folded with FoldOptions::resources.

// Each task with its state and place, and below it the ops that it waits in, outer to inner,
// what they use, and who holds that; then the circles of it. Of three or more that are alike
// (alike.h) only the first is shown so, unless `all`. Tasks that `findings` are about are marked.
void dump_text(const Model& model, DumpForm form, bool all, const TextStyle& style,
               std::string& out, const Findings& findings = {});

// {"version","semantics","coverage","tasks":[…],"unowned_waits":[…],"deadlocks":[…]}
void dump_json(const Model& model, DumpForm form, std::string& out, const Findings& findings = {});

}  // namespace ari::replay
