#include "subscriber/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <utility>

namespace ari::subscriber {

namespace {

constexpr const char* kShared = ", in a directory that everybody may write to";

OutputError system_error() { return std::strerror(errno); }

// Whether everybody may make files where this one is to be.
bool is_in_shared_directory(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path();
  struct stat status;
  return stat(directory.empty() ? "." : directory.c_str(), &status) == 0 &&
         (status.st_mode & S_IWOTH) != 0;
}

// Makes the opened file ours alone and empty. Devices and pipes are taken as they are.
OutputError claim(int fd, bool is_shared) {
  struct stat status;
  if (fstat(fd, &status) != 0) return system_error();
  if (is_shared && (status.st_uid != geteuid() || status.st_nlink > 1)) {
    return std::string("it is not this user's alone") + kShared;
  }
  if (!S_ISREG(status.st_mode)) return {};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return "another process is writing it (put %p into the name for one log per process)";
  }
  return ftruncate(fd, 0) == 0 ? OutputError() : system_error();
}

bool is_pipe(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

}  // namespace

OpenedFile open_log_file(const std::string& path, bool waits_for_reader, unsigned mode) {
  const bool is_shared = is_in_shared_directory(path);
  const int fd = ::open(path.c_str(),
                        O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (is_shared ? O_NOFOLLOW : 0) |
                            (waits_for_reader ? 0 : O_NONBLOCK),
                        static_cast<mode_t>(mode));
  if (fd < 0) {
    OutputError error = system_error();
    if (errno == ELOOP && is_shared) error = std::string("it is a symbolic link") + kShared;
    if (errno == ENXIO && is_pipe(path)) return {-1, "nobody reads it", true};
    return {-1, std::move(error)};
  }
  OutputError error = claim(fd, is_shared);
  if (error.empty()) return {fd, {}};
  ::close(fd);
  return {-1, std::move(error)};
}

}  // namespace ari::subscriber
