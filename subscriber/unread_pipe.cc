#include "subscriber/unread_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "subscriber/log_file.h"

namespace ari::subscriber {

namespace {

class UnreadPipe final : public Output {
 public:
  UnreadPipe(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  ~UnreadPipe() override { close(fd_); }

  OutputError write(std::string_view lines) override {
    if (pipe_ != nullptr) return pipe_->write(lines);
    kept_.append(lines);
    OutputError error = try_to_open();
    return error.empty() && kept_.size() > kMostKeptBytes ? nobody_reads_it() : error;
  }
  OutputError tick(std::uint64_t) override { return try_to_open(); }
  OutputError sync() override { return try_to_open(); }
  std::uint64_t bytes_out() const noexcept override {
    return pipe_ != nullptr ? pipe_->bytes_out() : 0;
  }
  OutputError finish() override {
    OutputError error = try_to_open();
    return error.empty() && pipe_ == nullptr ? nobody_reads_it() : error;
  }

 private:
  static OutputError nobody_reads_it() { return "nobody has opened it for reading"; }

  // Opens the pipe and passes on what was kept, if its reader has come.
  OutputError try_to_open() {
    if (pipe_ != nullptr) return {};
    const OpenedFile opened = open_log_file(path_);
    if (opened.is_unread_pipe) return {};
    if (opened.fd < 0) return opened.error;
    const int moved = dup3(opened.fd, fd_, O_CLOEXEC);
    OutputError error = moved < 0 ? std::strerror(errno) : OutputError();
    close(opened.fd);
    if (!error.empty()) return error;
    pipe_ = fd_output(fd_, false);
    return pipe_->write(std::exchange(kept_, {}));
  }

  const std::string path_;
  const int fd_;
  std::string kept_;
  std::unique_ptr<Output> pipe_;  // null: nobody reads it yet
};

}  // namespace

std::unique_ptr<Output> unread_pipe_output(std::string path, int fd) {
  return std::make_unique<UnreadPipe>(std::move(path), fd);
}

}  // namespace ari::subscriber
