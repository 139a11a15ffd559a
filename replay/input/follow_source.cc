#include "replay/input/follow_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

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

FollowSource::FollowSource(std::vector<std::string> paths, Follow& follow)
    : path_(paths.front()), next_paths_(paths.begin() + 1, paths.end()), follow_(follow) {}

FollowSource::~FollowSource() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  if (successor_ >= 0) ::close(successor_);
}

bool FollowSource::has_read(const struct stat& file) const noexcept {
  return std::any_of(read_.begin(), read_.end(), [&](const FileId& id) {
    return id.device == file.st_dev && id.number == file.st_ino;
  });
}

void FollowSource::stop() {
  if (descriptor_ < 0 && !over_) fault_ = why_not_opened(ENOENT);
  over_ = true;
}

void FollowSource::fail(std::string why) {
  fault_ = std::move(why);
  over_ = true;
}

std::size_t FollowSource::read(char* to, std::size_t size) {
  if (over_ || (descriptor_ < 0 && !open_first())) return 0;
  for (;;) {
    if (std::exchange(end_line_, false) && std::exchange(inside_line_, false) && has_lines_) {
      *to = '\n';
      return 1;
    }
    if (!is_file_ && is_pipe_silent()) return 0;
    if (const std::size_t n = read_some(to, size); n > 0) return n;
    if (!is_file_) over_ = true;
    if (over_) return 0;
    // A file that has a successor may still have grown until that was found.
    if (successor_ >= 0) {
      turn_to_successor();
    } else if (!find_successor()) {
      return 0;
    }
  }
}

bool FollowSource::open_first() {
  const int descriptor = path_ == "-" ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno != ENOENT) fail(why_not_opened(errno));
    if (!over_ && !std::exchange(told_missing_, true)) {
      follow_.remark(path_ + ": no such file yet: waiting for it");
    }
    return false;
  }
  descriptor_ = descriptor;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return true;
  if (S_ISDIR(status.st_mode)) {
    fail("is a directory, expected a log file");
    return false;
  }
  is_file_ = S_ISREG(status.st_mode);
  read_.push_back({status.st_dev, status.st_ino});
  return true;
}

// Its end is no silence, nor is an error.
bool FollowSource::is_pipe_silent() const {
  pollfd readable{descriptor_, POLLIN, 0};
  return ::poll(&readable, 1, 0) == 0;
}

std::size_t FollowSource::read_some(char* to, std::size_t size) {
  follow_.goes_on();
  ssize_t n = 0;
  do {
    n = ::read(descriptor_, to, size);
  } while (n < 0 && errno == EINTR);
  if (n < 0) fail("cannot be read: " + std::generic_category().message(errno));
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
  if (!next_paths_.empty()) {
    const std::string next = std::move(next_paths_.front());
    next_paths_.pop_front();
    restarts_after_ = false;
    return go_on_in(next);
  }
  if (path_ == "-") return false;
  const bool is_other = ::stat(path_.c_str(), &there) == 0 &&
                        (there.st_ino != here.st_ino || there.st_dev != here.st_dev);
  if (!is_other) return find_next_part();
  // A log that was rotated is kept under another name; one that is gone was nobody's to keep.
  restarts_after_ = here.st_nlink == 0;
  // Not asked whether it was read: a new file often has the number of one that was deleted.
  if (!open_successor(path_)) return false;
  follow_.remark(path_ + (restarts_after_ ? ": was written anew: read as another log"
                                          : ": was rotated: goes on in the new file"));
  return true;
}

bool FollowSource::go_on_in(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !has_read(status) && open_successor(path);
}

bool FollowSource::open_successor(const std::string& path) {
  struct stat status {};
  successor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (successor_ < 0) return false;
  successor_path_ = path;
  if (::fstat(successor_, &status) == 0) read_.push_back({status.st_dev, status.st_ino});
  return true;
}

const std::optional<LogBeginning>& FollowSource::beginning() {
  if (!beginning_ && is_file_) beginning_ = look_at_file(path_);
  return beginning_;
}

// The recorder's next part names the same process and the next number; there may be a file of
// that name from an earlier run.
bool FollowSource::find_next_part() {
  if (!beginning() || beginning_->pid == 0) return false;
  const std::uint64_t part = std::max<std::uint64_t>(1, beginning_->part);
  const std::string next = next_part_path(path_, part);
  struct stat status {};
  if (next.empty() || ::stat(next.c_str(), &status) != 0) return false;
  if (is_others_ && is_others_(status)) return false;
  const auto candidate = look_at_file(next);
  if (!candidate || candidate->pid != beginning_->pid || candidate->part != part + 1 ||
      candidate->program != beginning_->program) {
    return false;
  }
  restarts_after_ = false;
  return go_on_in(next);
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

}  // namespace ari::replay
