// System calls that fail as FAULT in the environment says, in recorded_program only: what the
// linker finds here takes the place of the C library's.
//
//   FAULT=short     a log takes 1 to 64 bytes of each write, and every fifth is interrupted
//   FAULT=eio       a log takes 1000 bytes, then the disk is broken
//   FAULT=zero      a log takes 1000 bytes, then nothing, without an error
//   FAULT=allocate  room for a file is refused by a signal, three times of four
//   FAULT=again     room for a file is refused if any of it is there already
//   FAULT=memory    the thread that writes the log is refused all memory from the hundredth piece
//   on FAULT=shortage  it is refused one piece, the hundredth FAULT=clock     the wall clock is set
//   back by an hour each time that somebody looks at it
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string_view>

namespace {

std::string_view fault() {
  const char* const value = std::getenv("FAULT");
  return value != nullptr ? value : "";
}

// A file, but for those that stand for the program's own streams.
bool is_log(int fd) {
  struct stat status, out, err;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  return (fstat(1, &out) != 0 || out.st_ino != status.st_ino) &&
         (fstat(2, &err) != 0 || err.st_ino != status.st_ino);
}

long fail(int error) {
  errno = error;
  return -1;
}

}  // namespace

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ARI_HAS_ITS_NEW  // ThreadSanitizer's, which must not be replaced
#endif
#endif
#ifndef ARI_HAS_ITS_NEW
void* operator new(std::size_t bytes) {
  static std::atomic<unsigned> pieces{0};
  if (fault() == "memory" || fault() == "shortage") {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof name);
    const unsigned piece = std::string_view(name) == "ari-drain" ? ++pieces : 0;
    if (piece == 100 || (piece > 100 && fault() == "memory")) throw std::bad_alloc();
  }
  if (void* const memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

extern "C" ssize_t write(int fd, const void* bytes, size_t count) {
  static std::atomic<unsigned> writes{0};
  static std::atomic<size_t> taken{0};
  if (fault() == "short" && is_log(fd)) {
    const unsigned turn = writes++;
    if (turn % 5 == 4) return fail(EINTR);
    if (count > turn % 64 + 1) count = turn % 64 + 1;
  }
  if ((fault() == "eio" || fault() == "zero") && is_log(fd)) {
    if (taken >= 1000) return fault() == "zero" ? 0 : fail(EIO);
    if (count > 1000 - taken) count = 1000 - taken;
    taken += count;
  }
  return syscall(SYS_write, fd, bytes, count);
}

extern "C" int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static std::atomic<long> set_back{0};
  const long result = syscall(SYS_clock_gettime, clock, now);
  if (clock == CLOCK_REALTIME && fault() == "clock") now->tv_sec -= 3600 * set_back++;
  return static_cast<int>(result);
}

extern "C" int posix_fallocate(int fd, off_t from, off_t size) {
  static std::atomic<unsigned> calls{0};
  if (fault() == "allocate" && calls++ % 4 != 3) return EINTR;
  struct stat status;
  if (fault() == "again" && fstat(fd, &status) == 0 && from < status.st_size) return EEXIST;
  return syscall(SYS_fallocate, fd, 0, from, size) == 0 ? 0 : errno;
}
