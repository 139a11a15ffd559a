#include "replay/report/problems.h"
#include "replay/input/line_number.h"
#include "replay/input/log_input.h"
#include "replay/report/log_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/report/display_width.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kShown = 5;
constexpr std::string_view kProgram = "ari-replay: ";

void append_excerpt(const Problem& problem, std::string& out) {
  if (problem.excerpt.empty()) return;
  out += "  " + escaped(problem.excerpt) + '\n';
  if (problem.excerpt_column == 0) return;
  // The caret stands under the column as it is printed: escapes before it take more room.
  const auto before = std::min<std::size_t>(problem.excerpt_column - 1, problem.excerpt.size());
  out.append(2 + display_width(escaped(std::string_view(problem.excerpt).substr(0, before))), ' ');
  out += "^\n";
}

}  // namespace

void append_problems(const Coverage& coverage, std::string& out) {
  const std::size_t shown = std::min(kShown, coverage.problems.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Problem& problem = coverage.problems[i];
    const std::uint64_t line = line_in_file(problem.line);
    out += fmt::format("{}{}", kProgram, log_name(coverage, problem.line));
    if (line > 0) out += fmt::format(":{}", line);
    if (line > 0 && problem.column > 0) out += fmt::format(":{}", problem.column);
    out += fmt::format(": {}\n", escaped(problem.message));
    append_excerpt(problem, out);
  }
  const std::uint64_t more = coverage.problems.size() - shown + coverage.problems_dropped;
  if (more > 0) {
    out += fmt::format("{}{}: {} like these\n", kProgram, escaped(name_of_input(coverage.path)),
                       count_text(more, "more problem", "more problems"));
  }
}

}  // namespace ari::replay
