// Who waits for what, and who holds it: `ari-replay waits`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "replay/lint/finding.h"
#include "replay/model/model.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// Both require that the log was folded with FoldOptions::resources.

// Deadlocks that are open, with the places of both sides; a row for each wait, with who holds
// what is waited for; the longest chains of them. Tasks that `findings` are about are marked.
void waits_text(const Model& model, const TextStyle& style, std::string& out,
                const Findings& findings = {});

// How many of each at most; the others are counted.
struct WaitsLimits {
  std::size_t waits, holders;
};

// {"version","semantics","coverage","waits":[…],"deadlocks":[…],"deadlocks_undone":[…]}; with
// limits "waits_left_out" too.
void waits_json(const Model& model, std::string& out, std::optional<WaitsLimits> limits = {});

}  // namespace ari::replay
