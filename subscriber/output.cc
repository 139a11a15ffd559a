#include "subscriber/output.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ari::subscriber {

namespace {

OutputError system_error() { return std::strerror(errno); }

std::atomic<bool> g_is_at_end{false};  // relaxed: it is looked at again and again

// Waits until `fd` can take more, however long its reader takes; in the end not so long, unless it
// is a stream: somebody else may have made that non-blocking, as it is shared with the whole
// session.
OutputError wait_until_writable(int fd, bool is_stream) {
  constexpr int kLookMs = 100;
  pollfd waiting{fd, POLLOUT, 0};
  for (int waited_ms = 0; waited_ms < kLastPatienceMs;) {
    const int ready = poll(&waiting, 1, kLookMs);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error();
    if (is_stream || ready != 0) continue;
    if (g_is_at_end.load(std::memory_order_relaxed)) waited_ms += kLookMs;
  }
  return kReaderHasStopped;
}

OutputError write_all(int fd, bool is_stream, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0) {
      return std::strerror(EIO);  // as a broken driver or file system does
    } else if (errno == EAGAIN) {
      if (OutputError error = wait_until_writable(fd, is_stream); !error.empty()) return error;
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

// Where the bytes go.
class Target {
 public:
  virtual ~Target() = default;
  virtual int fd() const noexcept = 0;
  // Called before each write, with how many bytes there were before.
  virtual OutputError check(std::uint64_t bytes_out) = 0;
};

class PlainTarget final : public Target {
 public:
  PlainTarget(int fd, bool closes) : fd_(fd), closes_(closes) {}
  ~PlainTarget() override {
    if (closes_) ::close(fd_);
  }
  int fd() const noexcept override { return fd_; }
  OutputError check(std::uint64_t) override { return {}; }

 private:
  int fd_;
  bool closes_;
};

class OwnTarget final : public Target {
 public:
  OwnTarget(OwnDescriptor& descriptor, std::string path, int stream)
      : descriptor_(descriptor), path_(std::move(path)), stream_(stream) {}
  int fd() const noexcept override { return descriptor_.number(); }
  OutputError check(std::uint64_t bytes_out) override {
    if (descriptor_.is_ours() || opens_it_again(bytes_out)) return {};
    return "the program has closed its descriptor";
  }

 private:
  bool opens_it_again(std::uint64_t bytes_out) {
    if (stream_ >= 0 && descriptor_.is_same(stream_)) {
      const int copy = fcntl(stream_, F_DUPFD_CLOEXEC, 3);
      if (copy >= 0) descriptor_.replace(copy);
      return copy >= 0;
    }
    if (path_.empty() || !descriptor_.is_same_as_at(path_)) return false;
    // Only of a file: a pipe's reader has seen its end.
    const int fd = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    const bool is_it = fd >= 0 && descriptor_.is_same(fd) && S_ISREG(status_of(fd).st_mode) &&
                       lseek(fd, static_cast<off_t>(bytes_out), SEEK_SET) >= 0;
    if (is_it) {
      flock(fd, LOCK_EX | LOCK_NB);  // as it was; a child that has the old one may still hold it
      descriptor_.replace(fd);
    } else if (fd >= 0) {
      ::close(fd);
    }
    return is_it;
  }

  OwnDescriptor& descriptor_;
  const std::string path_;
  const int stream_;
};

class FdOutput final : public Output {
 public:
  FdOutput(std::unique_ptr<Target> target, bool is_stream)
      : target_(std::move(target)), is_stream_(is_stream) {
    const struct stat status = status_of(target_->fd());
    is_pipe_ = S_ISFIFO(status.st_mode);
    has_name_ = is_named_file(status);
  }

  OutputError write(std::string_view lines) override {
    if (OutputError error = target_->check(bytes_out_); !error.empty()) return error;
    while (!lines.empty()) {
      const std::size_t piece = is_pipe_ ? atomic_piece(lines) : lines.size();
      OutputError error = write_all(target_->fd(), is_stream_, lines.substr(0, piece));
      if (!error.empty()) return error;
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

  // What is written to a deleted file fills the disk and nobody sees it.
  OutputError look_for_it() {
    if (OutputError error = target_->check(bytes_out_); !error.empty()) return error;
    return is_named_file(status_of(target_->fd())) ? OutputError() : "it was deleted";
  }

  std::uint64_t bytes_out_ = 0;
  std::uint64_t looked_ns_ = 0;
  std::unique_ptr<Target> target_;
  const bool is_stream_;
  bool is_pipe_ = false;
  bool has_name_ = false;  // a file that had one when it was opened: some never have
};

}  // namespace

void lose_patience_with_readers() noexcept { g_is_at_end.store(true, std::memory_order_relaxed); }

std::unique_ptr<Output> fd_output(int fd, bool closes) {
  return std::make_unique<FdOutput>(std::make_unique<PlainTarget>(fd, closes), false);
}

std::unique_ptr<Output> own_output(OwnDescriptor& descriptor, std::string path, int stream) {
  return std::make_unique<FdOutput>(
      std::make_unique<OwnTarget>(descriptor, std::move(path), stream), stream >= 0);
}

}  // namespace ari::subscriber
