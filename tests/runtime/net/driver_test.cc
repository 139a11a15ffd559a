// The Driver and what it sleeps on, with threads that unpark, register and deregister in
// the middle. An unpark that gets lost makes these tests hang.
#include "runtime/scheduler/driver.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "runtime/ari.h"
#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using scheduler::Driver;

// Gives other threads the processor up to a few times.
void dawdle(std::minstd_rand& random) {
  for (auto i = random() % 4; i > 0; --i) std::this_thread::yield();
}

// One thread sleeps again and again; another unparks it and waits until it has seen why; a
// third makes the reactor at some moment, so that the sleeper moves from the condition
// variable to epoll between, before or in the middle of those.
TEST(Driver, NoUnparkIsLostWhileTheSleeperMovesToTheReactor) {
  constexpr int kSeeds = 150;
  constexpr int kUnparks = 30;
  for (int seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Driver driver;
    std::atomic<int> asked{0}, answered{0};
    std::thread sleeper([&] {
      std::minstd_rand random(seed + 1);
      while (answered.load() < kUnparks) {
        answered.store(asked.load());
        dawdle(random);
        driver.park();
      }
    });
    std::thread maker([&] {
      std::minstd_rand random(seed + 1000);
      for (int i = seed % 20; i > 0; --i) dawdle(random);
      std::error_code error;
      EXPECT_NE(driver.reactor(error), nullptr);
      EXPECT_FALSE(error);
    });
    std::minstd_rand random(seed + 2000);
    for (int i = 1; i <= kUnparks; ++i) {
      asked.store(i);
      dawdle(random);
      driver.unpark();
      while (answered.load() < i) std::this_thread::yield();
    }
    driver.unpark();
    sleeper.join();
    maker.join();
  }
}

// A thread asleep on the condition variable hears nothing of sockets; the one that makes the
// reactor has to call it over, or the event of this descriptor is never collected.
TEST(Driver, SleeperComesOverToTheReactorThatAnotherThreadMakes) {
  for (int seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    Driver driver;
    std::atomic<bool> done{false};
    std::thread sleeper([&] {
      while (!done.load()) driver.park();
    });
    std::minstd_rand random(seed);
    dawdle(random);
    std::error_code error;
    net::Reactor* reactor = driver.reactor(error);
    ASSERT_NE(reactor, nullptr) << error.message();
    const net::Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    net::Readiness* readiness = reactor->add(bell.get(), error);
    ASSERT_NE(readiness, nullptr) << error.message();
    ::eventfd_write(bell.get(), 1);
    while (!readiness->look().is_worth_trying(net::Direction::kRead)) std::this_thread::yield();
    done.store(true);
    driver.unpark();
    sleeper.join();
    reactor->remove(*readiness, bell.get());
  }
}

TEST(Driver, AllWhoAskForTheReactorAtOnceGetTheSame) {
  for (int round = 0; round < 50; ++round) {
    Driver driver;
    std::vector<net::Reactor*> got(4);
    std::vector<std::thread> threads;
    for (net::Reactor*& one : got) {
      threads.emplace_back([&driver, &one] {
        std::error_code error;
        one = driver.reactor(error);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (net::Reactor* one : got) EXPECT_EQ(one, got[0]);
    EXPECT_NE(got[0], nullptr);
  }
}

TEST(Driver, MakesNoReactorOnceItIsShutDown) {
  Driver driver;
  driver.shut_down();
  std::error_code error;
  EXPECT_EQ(driver.reactor(error), nullptr);
  EXPECT_EQ(error, std::errc::operation_canceled);
}

// Descriptors come, ring and go on two threads while a third collects their events: what
// one reports late must neither crash nor be kept for good by the next.
TEST(Reactor, DescriptorsComeAndGoWhileEventsAreCollected) {
  std::error_code error;
  const auto reactor = net::Reactor::make(error);
  ASSERT_NE(reactor, nullptr) << error.message();
  std::atomic<bool> done{false};
  std::thread collector([&] {
    while (!done.load()) reactor->wait(std::nullopt);
  });
  auto come_and_go = [&](unsigned seed) {
    std::minstd_rand random(seed);
    for (int i = 0; i < 500; ++i) {
      const net::Descriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
      std::error_code refused;
      net::Readiness* readiness = reactor->add(bell.get(), refused);
      ASSERT_NE(readiness, nullptr) << refused.message();
      ::eventfd_write(bell.get(), 1);
      while (random() % 4 != 0 && !readiness->look().is_worth_trying(net::Direction::kRead)) {
        std::this_thread::yield();
      }
      reactor->remove(*readiness, bell.get());
    }
  };
  std::thread other(come_and_go, 1);
  come_and_go(2);
  other.join();
  done.store(true);
  reactor->rouse();
  collector.join();
}

Task<void> both_come(net::UnixStream stream, sync::oneshot::Receiver<int> receiver) {
  auto read = [](net::UnixStream from) -> Task<void> {
    char byte;
    co_await from.read_exact(io::Buffer(&byte, 1));
  };
  auto reading = spawn(read(std::move(stream)));
  std::optional<int> value = co_await receiver;
  EXPECT_EQ(value, 7);
  co_await reading;
}
// Both kinds of wake from another thread: the runtime is asleep on the condition variable,
// asleep in epoll_wait, or about to.
TEST(Driver, RuntimeIsWokenByTasksAndBySocketsWhateverItSleepsOn) {
  for (int seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    auto [here, there] = net::UnixStream::pair();
    auto [sender, receiver] = sync::oneshot::channel<int>();
    std::thread other([seed, end = std::move(here), s = std::move(sender)]() mutable {
      std::minstd_rand random(seed);
      const bool byte_first = seed % 2 == 0;
      dawdle(random);
      if (byte_first) end.try_write("x");
      dawdle(random);
      EXPECT_FALSE(s.send(7));
      dawdle(random);
      if (!byte_first) end.try_write("x");
    });
    Runtime().block_on(both_come(std::move(there), std::move(receiver)));
    other.join();
  }
}

}  // namespace
}  // namespace ari
