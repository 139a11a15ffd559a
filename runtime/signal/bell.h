// Bell: what a signal's handler rings for a thread that waits, or polls, on the other end.
//
// A handler may do hardly more than write to a descriptor. It makes sure that the number is still
// the bell's: a program that closes all descriptors may by then have a file of its own there.
#pragma once

#include <sys/eventfd.h>
#include <sys/stat.h>

namespace ari::signal {

// Lives for ever: a signal may come at any time. Made before the first handler that rings it.
class Bell {
 public:
  // False: it is not there and cannot be made, see errno. `flags` as eventfd() has them.
  bool is_made(int flags) noexcept {
    if (number_ >= 0) return true;
    const int made = ::eventfd(0, flags);
    struct stat status;
    if (made < 0 || ::fstat(made, &status) != 0) return false;
    device_ = status.st_dev;
    inode_ = status.st_ino;
    number_ = made;
    return true;
  }

  // Whoever reads from it or duplicates it asks first whether it is there.
  int number() const noexcept { return number_; }

  // The number is still the bell's. Async-signal-safe; may change errno.
  bool is_there() const noexcept {
    struct stat status;
    if (::fstat(number_, &status) != 0) return false;
    // All that have no file have the same inode: another eventfd, at worst, is taken for it.
    return status.st_dev == device_ && status.st_ino == inode_;
  }

  // The same of both.
  void ring() const noexcept {
    if (is_there()) ::eventfd_write(number_, 1);
  }

 private:
  int number_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace ari::signal
