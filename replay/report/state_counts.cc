#include "replay/report/state_counts.h"

#include <fmt/format.h>

#include "replay/report/display_width.h"
#include "replay/report/words.h"

namespace ari::replay {

StateCounts count_states(const Model& model) {
  StateCounts counts{};
  for (const Task& task : model.tasks) ++counts[static_cast<std::size_t>(task.state)];
  return counts;
}

void append_state_counts(const Model& model, const TextStyle& style, std::string& out) {
  constexpr std::string_view kGap = "  ";
  const std::string total = count_text(model.tasks.size(), "task", "tasks");
  style.paint.append(out, Role::kHeading, total);
  std::size_t used = display_width(total);
  // Begins a piece of so many columns, on the next line if there is no room.
  const auto begin = [&](std::size_t columns) {
    const bool fits = used + kGap.size() + columns <= style.width;
    out += fits ? kGap : "\n  ";
    used = columns + (fits ? used + kGap.size() : 2);
  };
  const StateCounts counts = count_states(model);
  for (const State state : kAllStates) {
    const std::uint64_t count = counts[static_cast<std::size_t>(state)];
    const std::string text = fmt::format(" {} {}", count_text(count), word(state));
    begin(1 + display_width(text));
    style.paint.append(out, count > 0 ? Role::kTask : Role::kDim, sign(state));
    style.paint.append(out, count > 0 ? Role::kPlain : Role::kDim, text);
  }
  const std::string semantics = fmt::format("{} times", word(model.semantics));
  begin(semantics.size());
  style.paint.append(out, Role::kDim, semantics);
  out += '\n';
}

}  // namespace ari::replay
