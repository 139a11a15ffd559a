#include "subscriber/leftover_ring.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "subscriber/environment.h"
#include "subscriber/escape.h"
#include "subscriber/ring_file.h"

namespace ari::subscriber {

namespace {

constexpr const char* kOther = "it is there and no ring file";

// What is read of a ring file's head, which is not trusted: the path in it is compared with the new
// log's, no more.
struct Dead {
  std::array<char, 8> magic = {};
  std::uint32_t process_id = 0;
  std::array<char, sizeof FileHead::log_path> log_path = {};
};

bool read_at(int fd, std::size_t offset, void* to, std::size_t bytes) {
  return pread(fd, to, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
}

// False if it is no ring file.
bool read_head(int fd, Dead& dead) {
  const bool is_read =
      read_at(fd, offsetof(FileHead, magic), &dead.magic, sizeof dead.magic) &&
      dead.magic == kRingFileMagic &&
      read_at(fd, offsetof(FileHead, process_id), &dead.process_id, sizeof dead.process_id) &&
      read_at(fd, offsetof(FileHead, log_path), &dead.log_path, sizeof dead.log_path);
  dead.log_path.back() = '\0';
  return is_read;
}

// Why the open file at the ring's path is not one that may be moved; empty if it is. `dead` is what
// it says, if it is a ring file.
std::string why_it_stays(int fd, Dead& dead) {
  struct stat status;
  if (fstat(fd, &status) != 0) return std::strerror(errno);
  if (!S_ISREG(status.st_mode)) return kOther;
  const bool is_ring = read_head(fd, dead);
  if (status.st_uid != geteuid()) return "it is there and another user's";
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return "another process has it open (put %p into the name for one per process)";
  }
  return is_ring ? "" : kOther;
}

// Whether it completes the log at this path.
bool is_log_of(const Dead& dead, const std::string& log_file) {
  std::error_code ignored;
  return std::filesystem::equivalent(dead.log_path.data(), log_file, ignored);
}

bool is_empty(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

bool is_there(const std::string& path) {
  struct stat status;
  return lstat(path.c_str(), &status) == 0;
}

// The first of crash-1, crash-2, … that neither path has a file of.
std::optional<std::string> free_word(const std::string& ring, const std::string& log) {
  for (int i = 1; i <= kMostLeftovers; ++i) {
    std::string word = "crash-" + std::to_string(i);
    if (!is_there(with_word(ring, word)) && !is_there(with_word(log, word))) return word;
  }
  return std::nullopt;
}

// Moves the log and has the ring file know its new path. Empty, or why it could not.
std::string move_log(int ring, const std::string& from, const std::string& to) {
  std::error_code error;
  const std::string full = std::filesystem::absolute(to, error).string();
  if (error) return error.message();
  if (full.size() >= sizeof FileHead::log_path) return std::strerror(ENAMETOOLONG);
  if (rename(from.c_str(), to.c_str()) != 0) return std::strerror(errno);
  const std::size_t bytes = full.size() + 1;  // with its NUL
  const ssize_t written = pwrite(ring, full.c_str(), bytes, offsetof(FileHead, log_path));
  return written == static_cast<ssize_t>(bytes) ? std::string() : std::strerror(errno);
}

void move_aside(int ring, const Dead& dead, const std::string& ring_path,
                const std::string& log_path, const std::string& directory,
                const Complain& complain) {
  const std::string ring_file = path_in(directory, ring_path);
  const std::string log_file = path_in(directory, log_path);
  std::string line =
      in_quotes(ring_path) + " is of process " + std::to_string(dead.process_id) + ", which died";
  const auto word = free_word(ring_file, log_file);
  if (!word) {
    return complain(line + ": replaced, as " + std::to_string(kMostLeftovers) +
                    " such files are kept already, from " +
                    in_quotes(with_word(ring_path, "crash-1")) + " on");
  }
  const std::string kept = with_word(ring_path, *word);
  if (is_log_of(dead, log_file)) {
    const std::string kept_log = with_word(log_file, *word);
    if (const std::string error = move_log(ring, log_file, kept_log); !error.empty()) {
      return complain(line + "; its log cannot be kept and is written anew: " + error);
    }
  }
  if (rename(ring_file.c_str(), path_in(directory, kept).c_str()) != 0) {
    return complain(line + "; it cannot be kept and is replaced: " + std::strerror(errno));
  }
  complain(line + ": kept, see ari-replay recover " + in_quotes(kept));
}

}  // namespace

Way make_way_for_ring(const std::string& ring_path, const std::string& log_path,
                      const std::string& directory, const Complain& complain) {
  const std::string file = path_in(directory, ring_path);
  const int fd = open(file.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  std::string error;
  Dead dead;
  if (fd >= 0) {
    if (!is_empty(fd)) {  // as mktemp makes it
      error = why_it_stays(fd, dead);
      if (error.empty()) move_aside(fd, dead, ring_path, log_path, directory, complain);
    }
    close(fd);
  } else if (errno != ENOENT && errno != ELOOP) {  // a symbolic link is replaced, not followed
    error = std::strerror(errno);
  }
  if (error.empty()) return Way::kForBoth;
  complain("cannot make " + in_quotes(ring_path) + ": " + error +
           "; a crash may lose the last events");
  if (!is_log_of(dead, path_in(directory, log_path))) return Way::kForLog;
  complain("cannot write " + in_quotes(log_path) + ": it is the log that " + in_quotes(ring_path) +
           " completes; this log is left out");
  return Way::kForNone;
}

}  // namespace ari::subscriber
