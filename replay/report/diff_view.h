// Two logs compared: `ari-replay diff`.
#pragma once

#include <string>

#include "replay/diff/comparison.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// What a comparison rests on.
struct Compared {
  Semantics semantics{};
  Coverage a, b;
  bool by_location = true;  // false: a log does not tell where tasks were spawned
  bool by_waits = true;     // false: a log does not tell of resources
  ComparisonRules rules;
  Comparison comparison;
};

// What both logs lack; how many regressions there are; and for each kind its figures in both
// logs with the verdicts, regressions first. Of kinds without a verdict only the first few, unless
// `show_all`.
void diff_text(const Compared& compared, bool show_all, const TextStyle& style, std::string& out);

// {"version","semantics","coverage","coverage_b",…,"kinds":[…]}
void diff_json(const Compared& compared, std::string& out);

}  // namespace ari::replay
