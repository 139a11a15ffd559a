#include "subscriber/unread_pipe.h"

#include <utility>

#include "subscriber/log_file.h"

namespace ari::subscriber {

namespace {

class UnreadPipe final : public Output {
 public:
  UnreadPipe(std::string path, OwnDescriptor& descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  OutputError write(std::string_view lines) override {
    if (pipe_ != nullptr) return pipe_->write(lines);
    kept_.append(lines);
    OutputError error = try_to_open();
    return error.empty() && kept_.size() > kMostKeptBytes ? nobody_reads_it() : error;
  }
  // What is there under the path when somebody reads it may have become a file.
  OutputError tick(std::uint64_t now_ns) override {
    return pipe_ != nullptr ? pipe_->tick(now_ns) : try_to_open();
  }
  OutputError sync() override { return pipe_ != nullptr ? pipe_->sync() : try_to_open(); }
  std::uint64_t bytes_out() const noexcept override {
    return pipe_ != nullptr ? pipe_->bytes_out() : 0;
  }
  OutputError finish() override {
    if (OutputError error = try_to_open(); !error.empty()) return error;
    return pipe_ != nullptr ? pipe_->finish() : nobody_reads_it();
  }

 private:
  static OutputError nobody_reads_it() { return "nobody has opened it for reading"; }

  // Opens the pipe and passes on what was kept, if its reader has come.
  OutputError try_to_open() {
    if (pipe_ != nullptr) return {};
    const OpenedFile opened = open_log_file(path_);
    if (opened.is_unread_pipe) return {};
    if (opened.fd < 0) return opened.error;
    descriptor_.replace(opened.fd);
    pipe_ = own_output(descriptor_, path_);
    return pipe_->write(std::exchange(kept_, {}));
  }

  const std::string path_;
  OwnDescriptor& descriptor_;
  std::string kept_;
  std::unique_ptr<Output> pipe_;  // null: nobody reads it yet
};

}  // namespace

std::unique_ptr<Output> unread_pipe_output(std::string path, OwnDescriptor& descriptor) {
  return std::make_unique<UnreadPipe>(std::move(path), descriptor);
}

}  // namespace ari::subscriber
