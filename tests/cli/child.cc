#include "tests/cli/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>

namespace ari::test {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(60);

void become(const std::vector<std::string>& arguments, const std::string& directory, int in,
            int out, int error) {
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(error, 2);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::setenv("TERM", "xterm", 1);
  ::setenv("NO_COLOR", "1", 1);
  ::unsetenv("COLUMNS");
  if (::chdir(directory.c_str()) == 0) ::execv(argv[0], argv.data());
  std::_Exit(127);
}

}  // namespace

Child::Child(const std::vector<std::string>& arguments, const std::string& directory,
             Streams streams, int input) {
  int out[2] = {-1, -1}, error[2] = {-1, -1};  // where to read, where to write
  winsize size{24, 80, 0, 0};
  const auto open = [&](int(&fds)[2], bool terminal) {
    const int failed =
        terminal ? ::openpty(&fds[0], &fds[1], nullptr, nullptr, &size) : ::pipe(fds);
    EXPECT_EQ(failed, 0);
    ::fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    ::fcntl(fds[1], F_SETFD, FD_CLOEXEC);
  };
  open(out, streams == Streams::kTerminal);
  if (streams != Streams::kTerminal) open(error, streams == Streams::kErrorTerminal);
  if (input < 0) input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = ::fork();
  if (pid_ == 0) become(arguments, directory, input, out[1], error[1] >= 0 ? error[1] : out[1]);
  ::close(input);
  ::close(out[1]);
  if (error[1] >= 0) ::close(error[1]);
  out_fd_ = out[0];
  error_fd_ = error[0];
}

Child::~Child() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(out_fd_);
  if (error_fd_ >= 0) ::close(error_fd_);
}

// False when both streams are over.
bool Child::read_more(int timeout_ms) {
  pollfd fds[2] = {{out_fd_, POLLIN, 0}, {error_fd_, POLLIN, 0}};
  if (::poll(fds, 2, timeout_ms) == 0) return true;
  bool open = false;
  std::string* const texts[2] = {&out_, &error_};
  for (int i = 0; i < 2; ++i) {
    if (fds[i].fd < 0) continue;
    if (fds[i].revents == 0) {
      open = true;
      continue;
    }
    char buffer[4096];
    const ssize_t n = ::read(fds[i].fd, buffer, sizeof buffer);  // a terminal ends with EIO
    if (n > 0) {
      texts[i]->append(buffer, static_cast<std::size_t>(n));
      open = true;
    }
  }
  return open;
}

bool Child::waits_for(const std::string& text, const std::string& in) {
  const auto deadline = Clock::now() + kPatience;
  while (in.find(text) == std::string::npos) {
    if (Clock::now() > deadline || !read_more(100)) return in.find(text) != std::string::npos;
  }
  return true;
}

void Child::signal(int number) const { ::kill(pid_, number); }

int Child::exit_code() {
  const auto deadline = Clock::now() + kPatience;
  while (read_more(100)) {
    if (Clock::now() > deadline) return -1;
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace ari::test
