#include "subscriber/output.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
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

struct stat status_of(int fd) {
  struct stat status {};
  fstat(fd, &status);
  return status;
}

bool is_named_file(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_nlink != 0;
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
  FdOutput(int fd, bool closes) : FdOutput(fd, closes, status_of(fd)) {}
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
  OutputError tick(std::uint64_t now_ns) override {
    if (!has_name_ || now_ns - looked_ns_ < kLookNs) return {};
    looked_ns_ = now_ns;
    return look_for_it();
  }
  OutputError sync() override { return {}; }
  std::uint64_t bytes_out() const noexcept override { return bytes_out_; }
  OutputError finish() override { return has_name_ ? look_for_it() : OutputError(); }

 private:
  static constexpr std::uint64_t kLookNs = 1'000'000'000;
  FdOutput(int fd, bool closes, const struct stat& status)
      : fd_(fd),
        is_pipe_(S_ISFIFO(status.st_mode)),
        has_name_(is_named_file(status)),
        closes_(closes) {}

  // What is written to a deleted file fills the disk and nobody sees it.
  OutputError look_for_it() const {
    return is_named_file(status_of(fd_)) ? OutputError() : "it was deleted";
  }

  std::uint64_t bytes_out_ = 0;
  std::uint64_t looked_ns_ = 0;
  int fd_;
  bool is_pipe_;
  bool has_name_;  // a file that had one when it was opened: some never have
  bool closes_;
};

}  // namespace

std::unique_ptr<Output> fd_output(int fd, bool closes) {
  return std::make_unique<FdOutput>(fd, closes);
}

}  // namespace ari::subscriber
