// peak_memory COMMAND…: runs a command with its output left out, and prints how many KiB of memory
// it had at most. A program of its own, since a process counts from what its parent had.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

int main(int, char** arguments) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    ::execv(arguments[1], arguments + 1);
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child || !WIFEXITED(status)) return 1;
  std::printf("%ld\n", used.ru_maxrss);
  return WEXITSTATUS(status);
}
