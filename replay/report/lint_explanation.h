// What there is to say about a lint: `ari-replay explain`.
#pragma once

#include <string>

#include "replay/lint/lint.h"
#include "replay/report/text_style.h"

namespace ari::replay {

// What it means, why it matters, what to do, and code that shows it.
void explanation_text(const Lint& lint, const TextStyle& style, std::string& out);

// {"version","lint","summary",…}; see JSON.md.
void explanation_json(const Lint& lint, std::string& out);

}  // namespace ari::replay
