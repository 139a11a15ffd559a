#include "replay/cli/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "replay/report/words.h"

namespace ari::replay {

namespace {

// Sequences that every terminal but the dumb ones knows.
constexpr std::string_view kOtherPage = "\x1b[?1049h\x1b[?25l", kFirstPage = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H", kClearLine = "\x1b[K", kClearRest = "\x1b[J";

}  // namespace

bool Screen::is_possible() const {
  const char* term = std::getenv("TERM");
  return console_.is_terminal() && term != nullptr && *term != '\0' &&
         std::string_view(term) != "dumb";
}

void Screen::enter() {
  if (!std::exchange(entered_, true)) console_.write(kOtherPage);
}

void Screen::leave() {
  if (std::exchange(entered_, false)) console_.write(kFirstPage);
}

void Screen::show(std::string_view text) {
  const std::size_t rows = std::max<std::size_t>(console_.height(), 2);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const std::size_t shown = lines < rows ? lines : rows - 2;
  std::string out(kHome);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t end = text.find('\n');
    out.append(text.substr(0, end)).append(kClearLine).append("\n");
    text.remove_prefix(end + 1);
  }
  if (shown < lines) {
    out += fmt::format("… {}; Ctrl-C prints all",
                       count_text(lines - shown, "more line", "more lines"));
    out += kClearLine;
  }
  console_.write(out.append(kClearRest));
}

}  // namespace ari::replay
