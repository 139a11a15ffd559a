#include "replay/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr auto kPause = std::chrono::milliseconds(200);

// If standard error cannot be written to, there is nobody to tell.
void write(std::string_view text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

Progress::Progress() {
  const char* term = std::getenv("TERM");
  is_possible_ = ::isatty(STDERR_FILENO) == 1 && term != nullptr && *term != '\0' &&
                 std::string_view(term) != "dumb";
}

void Progress::opened(std::optional<std::uint64_t> bytes) {
  expected_ = bytes && expected_ ? std::optional(*expected_ + *bytes) : std::nullopt;
}

void Progress::read(std::uint64_t bytes) {
  read_ += bytes;
  if (!is_possible_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kPause;
  is_shown_ = true;
  write("\r" + progress_text(read_, expected_, now - start_) + "\x1b[K");
}

void Progress::finish() {
  if (is_shown_) write("\r\x1b[K");
  is_shown_ = false;
}

std::string progress_text(std::uint64_t read, std::optional<std::uint64_t> expected,
                          std::chrono::nanoseconds took) {
  const double seconds = std::max(1e-9, std::chrono::duration<double>(took).count());
  const std::string rate =
      size_text(static_cast<std::uint64_t>(static_cast<double>(read) / seconds));
  if (!expected || *expected == 0) return fmt::format("{}, {}/s", size_text(read), rate);
  // A file may have grown since it was opened.
  const double percent =
      std::min(100.0, 100.0 * static_cast<double>(read) / static_cast<double>(*expected));
  return fmt::format("{:.0f} % of {}, {}/s", percent, size_text(*expected), rate);
}

}  // namespace ari::replay
