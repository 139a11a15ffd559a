#include "replay/cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "replay/cli/spec.h"
#include "subscriber/escape.h"

namespace ari::replay {

namespace {

constexpr std::size_t kUsualWidth = 80;
constexpr std::size_t kLeastWidth = 40;  // narrower, nothing could be laid out

// False if not all could be written; errno says why.
bool write_all(int stream, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(stream, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::size_t columns_of_environment() {
  const char* value = std::getenv("COLUMNS");
  if (value == nullptr) return 0;
  std::size_t columns = 0;
  const char* end = value + std::strlen(value);
  const auto [stop, error] = std::from_chars(value, end, columns);
  return error == std::errc() && stop == end ? columns : 0;
}

std::size_t columns_of_terminal() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

void Console::write(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return;
  // Nothing is left to do, and nothing that was opened needs to be closed in order.
  if (errno == EPIPE) std::_Exit(kExitDone);
  remark(std::string("cannot write to standard output: ") + std::strerror(errno));
  std::_Exit(kExitUsage);
}

void Console::write_error(std::string_view text) {
  // If standard error cannot be written to, there is nobody to tell.
  (void)write_all(STDERR_FILENO, text);
}

void Console::remark(std::string_view message) {
  std::string text(kProgramName);
  text.append(": ");
  for (std::size_t begin = 0; begin <= message.size();) {
    const std::size_t end = std::min(message.find('\n', begin), message.size());
    subscriber::append_escaped(text, message.substr(begin, end - begin));
    text += '\n';
    begin = end + 1;
  }
  write_error(text);
}

int Console::misused(std::string_view command, std::string_view message) {
  remark(message);
  write_error("  try 'ari-replay " + std::string(command) + " --help'\n");
  return kExitUsage;
}

bool Console::is_terminal() const noexcept { return ::isatty(STDOUT_FILENO) == 1; }

std::size_t Console::width() const {
  std::size_t columns = columns_of_environment();
  if (columns == 0) columns = columns_of_terminal();
  if (columns == 0) columns = kUsualWidth;
  return std::max(columns, kLeastWidth);
}

std::size_t Console::height() const {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

subscriber::ColourDepth Console::colour_depth(subscriber::ColourChoice choice) const {
  return subscriber::colour_depth(choice, is_terminal(),
                                  [](const char* name) { return std::getenv(name); });
}

}  // namespace ari::replay
