#include "subscriber/last_thread.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ari::subscriber {

bool is_last_thread() noexcept {
  // A directory per thread, and the two links that every directory has. Until the process ends
  // there is one of main()'s thread, also once that is no more; then it has no program to run.
  struct stat tasks;
  if (stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink != 2 + 2) return false;
  char one;
  return readlink("/proc/self/exe", &one, 1) < 0 && errno == ENOENT;
}

}  // namespace ari::subscriber
