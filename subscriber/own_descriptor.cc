#include "subscriber/own_descriptor.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace ari::subscriber {

namespace {

// The least number that ours get: the last 64 of those that a program may have, and none so high
// that the kernel's table of them takes more than a few pages.
int least_number() noexcept {
  constexpr rlim_t kOurs = 64, kMost = 4096;
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= 2 * kOurs) return 3;
  return static_cast<int>(std::min(limit.rlim_cur, kMost) - kOurs);
}

}  // namespace

OwnDescriptor::OwnDescriptor(int fd) noexcept : fd_(fd) { look(); }

void OwnDescriptor::look() noexcept {
  struct stat status {};
  if (fd_ < 0 || fstat(fd_, &status) != 0) return;
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

int OwnDescriptor::moved_high(int fd) noexcept {
  if (fd < 0) return fd;
  const int high = fcntl(fd, F_DUPFD_CLOEXEC, least_number());
  if (high < 0) return fd;
  ::close(fd);
  return high;
}

bool OwnDescriptor::is_same(int fd) const noexcept {
  struct stat status;
  return fstat(fd, &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

bool OwnDescriptor::is_same_as_at(const std::string& path) const noexcept {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

void OwnDescriptor::close() noexcept {
  if (is_ours()) ::close(fd_);
  fd_ = -1;
}

void OwnDescriptor::replace(int fd) noexcept {
  if (is_ours() && dup3(fd, fd_, O_CLOEXEC) >= 0) {
    ::close(fd);
  } else {
    fd_ = moved_high(fd);
  }
  look();
}

}  // namespace ari::subscriber
