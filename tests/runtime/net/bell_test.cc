// Bell: that a signal writes to nothing but the bell, whatever the program does with its
// descriptors.
#include "runtime/signal/bell.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace ari::signal {
namespace {

TEST(Bell, CountsHowOftenItRang) {
  Bell bell;
  ASSERT_TRUE(bell.is_made(EFD_CLOEXEC | EFD_NONBLOCK));
  ASSERT_TRUE(bell.is_made(EFD_CLOEXEC | EFD_NONBLOCK)) << "the same";
  EXPECT_TRUE(bell.is_there());
  bell.ring();
  bell.ring();
  eventfd_t times = 0;
  EXPECT_EQ(::eventfd_read(bell.number(), &times), 0);
  EXPECT_EQ(times, 2U);
  ::close(bell.number());
}

TEST(Bell, IsSilentOnceItsNumberIsAFileOfTheProgram) {
  Bell bell;
  ASSERT_TRUE(bell.is_made(EFD_CLOEXEC));
  const int file = ::memfd_create("file", MFD_CLOEXEC);
  ASSERT_GE(file, 0);
  ASSERT_EQ(::dup2(file, bell.number()), bell.number());
  bell.ring();
  EXPECT_EQ(::lseek(file, 0, SEEK_END), 0) << "nothing was written";
  EXPECT_FALSE(bell.is_there());
  ::close(bell.number());
  EXPECT_FALSE(bell.is_there());
  bell.ring();
  ::close(file);
}

}  // namespace
}  // namespace ari::signal
