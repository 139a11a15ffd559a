#include "subscriber/output.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ari::subscriber {

namespace {

OutputError system_error() { return std::strerror(errno); }

// Waits until `fd` can take more. Somebody else may have made it non-blocking: a terminal
// or pipe is shared with the whole session.
OutputError wait_until_writable(int fd) {
  pollfd waiting{fd, POLLOUT, 0};
  while (poll(&waiting, 1, -1) < 0) {
    if (errno != EINTR) return system_error();
  }
  return {};
}

OutputError write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      if (OutputError error = wait_until_writable(fd); !error.empty()) return error;
    } else if (errno != EINTR) {
      return system_error();
    }
  }
  return {};
}

bool is_pipe(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode);
}

// As many whole lines as fit into what a pipe takes at once, or the first if it is longer.
std::size_t atomic_piece(std::string_view lines) {
  if (lines.size() <= PIPE_BUF) return lines.size();
  const std::size_t last = lines.rfind('\n', PIPE_BUF - 1);
  const std::size_t end = last != lines.npos ? last : lines.find('\n');
  return end != lines.npos ? end + 1 : lines.size();
}

class FdOutput final : public Output {
 public:
  FdOutput(int fd, bool closes) : fd_(fd), is_pipe_(is_pipe(fd)), closes_(closes) {}
  ~FdOutput() override {
    if (closes_) ::close(fd_);
  }

  OutputError write(std::string_view lines) override {
    while (!lines.empty()) {
      const std::size_t piece = is_pipe_ ? atomic_piece(lines) : lines.size();
      if (OutputError error = write_all(fd_, lines.substr(0, piece)); !error.empty()) return error;
      bytes_out_ += piece;
      lines.remove_prefix(piece);
    }
    return {};
  }
  OutputError tick(std::uint64_t) override { return {}; }
  OutputError sync() override { return {}; }
  std::uint64_t bytes_out() const noexcept override { return bytes_out_; }
  OutputError finish() override { return {}; }

 private:
  std::uint64_t bytes_out_ = 0;
  int fd_;
  bool is_pipe_;
  bool closes_;
};

// Makes the opened file ours alone and empty. Devices and pipes are taken as they are.
OutputError claim(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return system_error();
  if (!S_ISREG(status.st_mode)) return {};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return "another process is writing it (put %p into the name for one log per process)";
  }
  return ftruncate(fd, 0) == 0 ? OutputError() : system_error();
}

}  // namespace

std::unique_ptr<Output> fd_output(int fd, bool closes) {
  return std::make_unique<FdOutput>(fd, closes);
}

OpenedFile open_log_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
  if (fd < 0) return {-1, system_error()};
  OutputError error = claim(fd);
  if (error.empty()) return {fd, {}};
  ::close(fd);
  return {-1, std::move(error)};
}

}  // namespace ari::subscriber
