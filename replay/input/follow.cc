#include "replay/input/follow.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "replay/input/gzip_source.h"
#include "replay/input/log_beginning.h"
#include "replay/input/log_input.h"
#include "replay/input/peeked_source.h"
#include "replay/input/zstd_source.h"
#include "subscriber/environment.h"

namespace ari::replay {

namespace {

// The path of the part after number `part` of a log that is cut by size; empty if `path` is not
// what the recorder would have called that.
std::string next_part_path(std::string path, std::uint64_t part) {
  if (part > 1) {
    const std::string number = fmt::format(".{}.", part);
    const std::size_t at = path.rfind(number);
    if (at == std::string::npos) return {};
    path.erase(at, number.size() - 1);
  }
  return subscriber::with_word(path, fmt::to_string(part + 1));
}

}  // namespace

Result<std::unique_ptr<FollowSource>> FollowSource::open(const std::string& path, Follow& follow) {
  int descriptor = STDIN_FILENO;
  for (bool told = false; path != "-"; told = true) {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) break;
    const Error error{path + ": " + why_not_opened(errno)};
    if (errno != ENOENT) return error;
    if (!told) follow.remark(path + ": no such file yet: waiting for it");
    if (!follow.wait()) return error;
  }
  std::unique_ptr<FollowSource> source(new FollowSource(path, descriptor, follow));
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{path + ": is a directory, expected a log file"};
  }
  source->is_file_ = S_ISREG(status.st_mode);
  return source;
}

FollowSource::FollowSource(std::string path, int descriptor, Follow& follow)
    : path_(std::move(path)), descriptor_(descriptor), follow_(follow) {}

FollowSource::~FollowSource() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  if (successor_ >= 0) ::close(successor_);
}

std::size_t FollowSource::read(char* to, std::size_t size) {
  for (;;) {
    if (std::exchange(end_line_, false) && std::exchange(inside_line_, false) && has_lines_) {
      *to = '\n';
      return 1;
    }
    if (!is_file_ && !wait_for_bytes()) return 0;
    if (const std::size_t n = read_some(to, size); n > 0) return n;
    if (!is_file_ || !fault_.empty()) return 0;
    // A file that has a successor may still have grown until that was found.
    if (successor_ >= 0) {
      turn_to_successor();
    } else if (!find_successor() && !follow_.wait()) {
      stopped_ = true;
      return 0;
    }
  }
}

bool FollowSource::would_wait() {
  if (!is_file_) {
    pollfd readable{descriptor_, POLLIN, 0};
    return ::poll(&readable, 1, 0) == 0;
  }
  struct stat here {};
  return successor_ < 0 && ::fstat(descriptor_, &here) == 0 &&
         static_cast<std::uint64_t>(here.st_size) == offset_;
}

// Of a pipe. False: nobody waits any longer.
bool FollowSource::wait_for_bytes() {
  for (;;) {
    pollfd readable{descriptor_, POLLIN, 0};
    if (::poll(&readable, 1, 0) != 0) return true;  // its end too, and any error
    if (follow_.wait()) continue;
    stopped_ = true;
    return false;
  }
}

std::size_t FollowSource::read_some(char* to, std::size_t size) {
  follow_.goes_on();
  ssize_t n = 0;
  do {
    n = ::read(descriptor_, to, size);
  } while (n < 0 && errno == EINTR);
  if (n < 0) fault_ = "cannot be read: " + std::generic_category().message(errno);
  if (n <= 0) return 0;
  offset_ += static_cast<std::uint64_t>(n);
  inside_line_ = to[n - 1] != '\n';
  if (std::exchange(restarts_, false)) restarted_ = true;
  return static_cast<std::size_t>(n);
}

// Whether there is something to read after all, here or in another file.
bool FollowSource::find_successor() {
  struct stat here {
  }, there{};
  if (::fstat(descriptor_, &here) != 0) return false;
  if (static_cast<std::uint64_t>(here.st_size) < offset_) {
    follow_.remark(path_ + ": has become shorter: read from its beginning, as another log");
    ::lseek(descriptor_, 0, SEEK_SET);
    offset_ = 0;
    end_line_ = restarts_ = true;
    return true;
  }
  if (path_ == "-") return false;
  const bool is_other = ::stat(path_.c_str(), &there) == 0 &&
                        (there.st_ino != here.st_ino || there.st_dev != here.st_dev);
  if (!is_other) return find_next_part();
  successor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (successor_ < 0) return false;
  // A log that was rotated is kept under another name; one that is gone was nobody's to keep.
  restarts_after_ = here.st_nlink == 0;
  follow_.remark(path_ + (restarts_after_ ? ": was written anew: read as another log"
                                          : ": was rotated: goes on in the new file"));
  successor_path_ = path_;
  return true;
}

// The recorder's next part names the same process and the next number; there may be a file of
// that name from an earlier run.
bool FollowSource::find_next_part() {
  if (!beginning_) beginning_ = look_at_file(path_);
  if (!beginning_ || beginning_->pid == 0) return false;
  const std::uint64_t part = std::max<std::uint64_t>(1, beginning_->part);
  const std::string next = next_part_path(path_, part);
  if (next.empty() || ::access(next.c_str(), R_OK) != 0) return false;
  const auto candidate = look_at_file(next);
  if (!candidate || candidate->pid != beginning_->pid || candidate->part != part + 1 ||
      candidate->program != beginning_->program) {
    return false;
  }
  successor_ = ::open(next.c_str(), O_RDONLY | O_CLOEXEC);
  successor_path_ = next;
  restarts_after_ = false;
  return successor_ >= 0;
}

void FollowSource::turn_to_successor() {
  ::close(descriptor_);
  descriptor_ = std::exchange(successor_, -1);
  path_ = std::move(successor_path_);
  beginning_.reset();
  offset_ = 0;
  end_line_ = true;
  restarts_ = restarts_after_;
}

std::optional<Error> follow_log(const std::string& path, RecordSink& sink, Follow& follow,
                                Coverage& coverage) {
  auto opened = FollowSource::open(path, follow);
  if (!opened.has_value()) return opened.error();
  FollowSource& file = *opened.value();
  auto head = std::make_unique<PeekedSource>(std::move(opened).value());
  if (ZstdSource::recognises(head->head()) || GzipSource::recognises(head->head())) {
    file.has_no_lines();
  }
  const std::unique_ptr<Source> bytes = decompressed(std::move(head));
  LogInput input(*bytes, path);
  if (auto error = input.recognise()) return error;
  Recognised& log = input.format();
  const bool has_header = look_at(input.beginning(), path).has_header;
  coverage.path = path;
  coverage.format = log.format;
  coverage.facts = log.facts;
  input.read_followed(*log.reader, sink, coverage, [&] {
    // A log with headers tells by itself where another begins.
    if (!file.restarted() || has_header) return;
    log.reader->pause(true, sink, coverage);
    ++coverage.recordings;
    subscriber::Record header;
    header.kind = subscriber::RecordKind::kHeader;
    header.at_unix_ns = coverage.last_unix_ns.value_or(0);
    sink.record(header, Line{});
  });
  log.reader->pause(true, sink, coverage);
  if (!file.stopped()) input.note_fault(coverage);
  return std::nullopt;
}

}  // namespace ari::replay
