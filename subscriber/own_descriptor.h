// OwnDescriptor: a descriptor that the program may close without knowing that it is ours.
//
// Daemons and launchers close all descriptors that they did not open themselves. Ours then is
// nobody's, or the program's next file, which must not get our bytes. So ours have high numbers,
// which most such loops do not come to, and before one is used it is looked whether what is open
// there is still what we opened.
#pragma once

#include <sys/types.h>

#include <string>

namespace ari::subscriber {

// Not thread-safe. Copies name the same descriptor. Nothing is closed unless close() is called.
// A program that closes it between the look and the use, a microsecond later, is not noticed.
class OwnDescriptor {
 public:
  OwnDescriptor() noexcept = default;  // none
  // Takes over an open descriptor, under the number that it has.
  explicit OwnDescriptor(int fd) noexcept;
  // The same under a high number, or the one that it has if the system gives none.
  static OwnDescriptor high(int fd) noexcept { return OwnDescriptor(moved_high(fd)); }

  int number() const noexcept { return fd_; }

  // Whether the number still names what was taken over: one fstat, some 400 ns.
  // Async-signal-safe, as close() is.
  bool is_ours() const noexcept { return fd_ >= 0 && is_same(fd_); }
  // Whether `fd` names the same file, pipe or device.
  bool is_same(int fd) const noexcept;
  bool is_same_as_at(const std::string& path) const noexcept;

  // Closes it, if it is still ours.
  void close() noexcept;
  // Takes over `fd` in place of what it had, and keeps its number if that is still ours.
  void replace(int fd) noexcept;

 private:
  static int moved_high(int fd) noexcept;
  void look() noexcept;

  int fd_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace ari::subscriber
