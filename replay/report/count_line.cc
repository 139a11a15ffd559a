#include "replay/report/count_line.h"

#include <fmt/format.h>

#include "replay/report/display_width.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

void append_count_line(std::string_view total, const std::vector<SignCount>& counts,
                       Semantics semantics, const TextStyle& style, std::string& out) {
  constexpr std::string_view kGap = "  ";
  style.paint.append(out, Role::kHeading, total);
  std::size_t used = display_width(total);
  // Begins a piece of so many columns, on the next line if there is no room.
  const auto begin = [&](std::size_t columns) {
    const bool fits = used + kGap.size() + columns <= style.width;
    out += fits ? kGap : "\n  ";
    used = columns + (fits ? used + kGap.size() : 2);
  };
  for (const SignCount& c : counts) {
    const std::string text = fmt::format(" {} {}", count_text(c.count), c.word);
    begin(1 + display_width(text));
    style.paint.append(out, c.count > 0 ? Role::kTask : Role::kDim, c.sign);
    style.paint.append(out, c.count > 0 ? Role::kPlain : Role::kDim, text);
  }
  const std::string times = fmt::format("{} times", word(semantics));
  begin(times.size());
  style.paint.append(out, Role::kDim, times);
  out += '\n';
}

void append_note(std::string_view note, const TextStyle& style, std::string& out, Role role) {
  for (const std::string& line : wrap(note, style.width)) {
    style.paint.append(out, role, line);
    out += '\n';
  }
}

void append_left_out(const std::vector<std::string_view>& titles, const TextStyle& style,
                     std::string& out) {
  if (titles.empty()) return;
  append_note(
      fmt::format("No room for {}: see COLUMNS=200 or --format json", fmt::join(titles, ", ")),
      style, out);
}

}  // namespace ari::replay
