#include "subscriber/doorbell.h"

#include <gtest/gtest.h>

#include <thread>

#include "subscriber/lanes.h"

namespace ari::subscriber {
namespace {

using namespace std::chrono_literals;

// A sleep that would outlast the test's time limit, were it not for the bell.
constexpr std::chrono::microseconds kForever = 1h;

TEST(Doorbell, EndsALongSleepWhenALaneHasFilledAQuarterOfItsRing) {
  Lanes lanes(4096);
  std::atomic<bool> is_awake = false;
  std::thread drain([&] {
    EXPECT_TRUE(lanes.doorbell().sleep(kForever));
    is_awake = true;
  });
  const auto lane = lanes.make(0, "busy");
  // Whenever the drain falls asleep, a quarter of a ring later it is awake again.
  while (!is_awake) {
    for (int i = 0; i < 4096 / 4 / 24; ++i) lane->enter(1, 1, trace::EnterReason::kPoll);
    lane->ring().refresh();
    while (lane->ring().front() != nullptr) lane->ring().pop();
  }
  drain.join();
  EXPECT_EQ(lane->lost(), 0u);
}

TEST(Doorbell, EndsASleepOfAnyLengthWhenItIsStopped) {
  Doorbell doorbell;
  std::thread drain([&] {
    while (doorbell.sleep(kForever)) ADD_FAILURE() << "nobody rang";
  });
  doorbell.stop();
  drain.join();
  EXPECT_FALSE(doorbell.sleep(kForever));
}

TEST(Doorbell, SleepsShortSleepsToTheirEnd) {
  Doorbell doorbell;
  std::atomic<bool> is_over = false;
  std::thread ringer([&] {
    while (!is_over) doorbell.ring();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(doorbell.sleep(Doorbell::kLongSleep));
  EXPECT_GE(std::chrono::steady_clock::now() - start, Doorbell::kLongSleep);
  is_over = true;
  ringer.join();
}

}  // namespace
}  // namespace ari::subscriber
