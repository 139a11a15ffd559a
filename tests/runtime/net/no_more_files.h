// NoMoreFiles: while it lives, the process is refused every new descriptor (EMFILE), but for so
// many.
#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ari::test {

class NoMoreFiles {
 public:
  explicit NoMoreFiles(int but = 0) {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const int free = ::dup(STDERR_FILENO);  // the lowest number that is
    ::close(free);
    rlimit fewer = before_;
    fewer.rlim_cur = static_cast<rlim_t>(free + but);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &fewer), 0);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
};

}  // namespace ari::test
