#include "subscriber/predecessor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>

#include "subscriber/escape.h"

namespace ari::subscriber {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

// When the process was forked, since 1970, no later than the truth; nothing if the system does not
// say. exec() does not change it.
std::optional<std::int64_t> process_start_ns() {
  std::ifstream file("/proc/self/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = stat.rfind(')');  // a name may hold anything
  if (name_end == stat.npos) return std::nullopt;
  constexpr int kBetween = 19;  // fields from the state to the one before the start
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < kBetween; ++i) fields >> skipped;
  std::int64_t ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  timespec since_boot, now;
  clock_gettime(CLOCK_BOOTTIME, &since_boot);
  clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t start = ticks * (kSecond / sysconf(_SC_CLK_TCK));
  return nanoseconds(now) - nanoseconds(since_boot) + start;
}

// Whether the first line tells this process's id.
bool has_own_id(int fd) {
  std::array<char, 4096> bytes;
  const ssize_t got = pread(fd, bytes.data(), bytes.size(), 0);
  std::string_view line(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  line = line.substr(0, line.find('\n'));
  return line.find(R"("k":"log")") != line.npos &&
         line.find(R"(,"pid":)" + std::to_string(getpid()) + ",") != line.npos;
}

bool is_predecessors(const std::string& path, bool names_process) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return false;
  struct stat status;
  bool is = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size != 0 &&
            status.st_uid == geteuid() && (names_process || has_own_id(fd));
  close(fd);
  if (!is) return false;
  const auto start = process_start_ns();
  return start && nanoseconds(status.st_mtim) >= *start;
}

}  // namespace

void keep_predecessor(LogRequest& request, const std::string& directory, const Complain& complain) {
  if (request.target != LogTarget::kFile) return;
  const auto is_taken = [&](const std::string& path) {
    return is_predecessors(path_in(directory, path), request.names_process);
  };
  if (!is_taken(request.path)) return;
  std::string path;
  for (int i = 1; i <= kMostPredecessors; ++i) {
    path = with_word(request.path, "exec-" + std::to_string(i));
    if (!is_taken(path)) break;
  }
  complain(in_quotes(request.path) + " is what this process wrote before exec(): it goes on in " +
           in_quotes(path));
  request.path = std::move(path);
}

}  // namespace ari::subscriber
