#include "subscriber/ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <thread>

namespace ari::subscriber {
namespace {

constexpr std::size_t kCapacity = 4096;

// A chunk of `bytes` (a multiple of 8): its length, then that many copies of `mark`.
bool write_chunk(Ring& ring, std::uint32_t bytes, char mark) {
  std::byte* const room = ring.reserve(bytes);
  if (room == nullptr) return false;
  std::memcpy(room, &bytes, sizeof bytes);
  std::memset(room + sizeof bytes, mark, bytes - sizeof bytes);
  ring.commit(bytes);
  return true;
}

std::string read_chunk(const std::byte* chunk) {
  std::uint32_t bytes;
  std::memcpy(&bytes, chunk, sizeof bytes);
  return {reinterpret_cast<const char*>(chunk) + sizeof bytes, bytes - sizeof bytes};
}

TEST(Ring, GivesBackWhatWasWrittenAcrossItsEnd) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  Ring ring(kCapacity);
  std::deque<std::string> written;  // the obvious version: what is in the ring
  for (int step = 0; step < 200'000; ++step) {
    const auto bytes = static_cast<std::uint32_t>(8 * (2 + random() % 40));
    const char mark = static_cast<char>('a' + step % 26);
    if (random() % 2 == 0) {
      if (write_chunk(ring, bytes, mark)) {
        written.emplace_back(bytes - 4, mark);
      } else {
        ASSERT_LT(ring.free_bytes(), 2 * bytes) << "refused although there is room";
        ASSERT_FALSE(written.empty());
      }
    } else if (ring.refresh()) {
      ASSERT_FALSE(written.empty());
      ASSERT_EQ(read_chunk(ring.front()), written.front());
      ring.pop();
      written.pop_front();
    } else {
      ASSERT_TRUE(written.empty());
    }
  }
}

// As it would be if somebody else wrote to the pages of a ring file.
TEST(Ring, EndsWhereItMakesNoSenseAndGoesOnBehind) {
  Ring ring(kCapacity);
  ASSERT_TRUE(write_chunk(ring, 64, 'a') && write_chunk(ring, 64, 'b'));
  ASSERT_TRUE(ring.refresh());
  ring.pop();
  ring.pop();
  EXPECT_FALSE(ring.take_damage());
  ring.head().written.store(64);  // behind what was read
  EXPECT_FALSE(ring.refresh());
  EXPECT_EQ(ring.front(), nullptr);
  EXPECT_TRUE(ring.take_damage());
  EXPECT_FALSE(ring.take_damage()) << "it was told";
  for (const std::uint32_t length : {0U, 4096U, (1U << 31) | 8U, 1U << 31, UINT32_MAX}) {
    SCOPED_TRACE(length);
    Ring other(kCapacity);
    ASSERT_TRUE(write_chunk(other, 64, 'a'));
    std::byte* const chunk = other.reserve(64);
    ASSERT_TRUE(write_chunk(other, 64, 'b'));
    ASSERT_TRUE(other.refresh());
    std::memcpy(chunk, &length, sizeof length);
    other.pop();
    if (other.front() != nullptr) other.pop();
    EXPECT_EQ(other.front(), nullptr);
    EXPECT_TRUE(other.take_damage());
    ASSERT_TRUE(write_chunk(other, 64, 'c'));
    ASSERT_TRUE(other.refresh());
    EXPECT_EQ(read_chunk(other.front()), std::string(60, 'c'));
  }
}

// A ring that its consumer keeps up with takes the memory of one that is an eighth as large, and
// all that there is as soon as it does not.
TEST(Ring, StartsAgainEarlyWhileTheConsumerKeepsUp) {
  constexpr std::size_t kLarge = std::size_t{1} << 20, kKept = 4096;
  Ring ring(kLarge, kKept);
  const std::byte* const begin = ring.reserve(16);
  std::ptrdiff_t furthest = 0;
  std::uint32_t number = 0;
  const auto write = [&] {
    constexpr std::uint32_t kBytes = 40;
    std::byte* const room = ring.reserve(kBytes);
    if (room == nullptr) return false;
    furthest = std::max(furthest, room - begin);
    std::memcpy(room, &kBytes, sizeof kBytes);
    std::memcpy(room + 8, &++number, sizeof number);
    ring.commit(kBytes);
    return true;
  };
  std::uint32_t read = 0;
  const auto read_all = [&] {
    for (ring.refresh(); const std::byte* chunk = ring.front(); ring.pop()) {
      std::uint32_t got;
      std::memcpy(&got, chunk + 8, sizeof got);
      ASSERT_EQ(got, ++read);
    }
  };
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(write());
    if (i % 100 == 0) read_all();
  }
  EXPECT_LT(furthest, std::ptrdiff_t{kLarge} / 4);
  read_all();
  while (write()) continue;
  EXPECT_GT(furthest, std::ptrdiff_t{kLarge} * 9 / 10);
  read_all();
  EXPECT_EQ(read, number);
}

// Whatever came before, an empty ring has room for the largest chunk.
TEST(Ring, HasRoomForTheLargestChunkWheneverItIsEmpty) {
  std::mt19937 random(7);
  Ring ring(kCapacity, 512);
  for (int i = 0; i < 20'000; ++i) {
    for (auto chunks = random() % 9; chunks > 0; --chunks) {
      write_chunk(ring, static_cast<std::uint32_t>(8 * (1 + random() % 20)), 'x');
    }
    for (ring.refresh(); ring.front() != nullptr;) ring.pop();
    ASSERT_TRUE(write_chunk(ring, static_cast<std::uint32_t>(ring.largest_chunk()), 'y')) << i;
    for (ring.refresh(); ring.front() != nullptr;) ring.pop();
  }
}

TEST(Ring, TakesChunksUntilNotOneByteIsFree) {
  Ring ring(kCapacity);
  for (std::size_t i = 0; i < kCapacity / 16; ++i) ASSERT_TRUE(write_chunk(ring, 16, 'x'));
  EXPECT_FALSE(write_chunk(ring, 16, 'y'));
  EXPECT_EQ(ring.free_bytes(), 0u);
  ASSERT_TRUE(ring.refresh());
  EXPECT_EQ(read_chunk(ring.front()), std::string(12, 'x'));
  ring.pop();
  EXPECT_TRUE(write_chunk(ring, 16, 'y'));
}

TEST(Ring, GivesTheRoomThatIsKeptBackOnlyToWhoAsksForIt) {
  Ring ring(kCapacity, 64);
  std::size_t chunks = 0;
  while (write_chunk(ring, 16, 'x')) ++chunks;
  EXPECT_EQ(chunks, (kCapacity - 64) / 16);
  const std::uint32_t bytes = 16;
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(ring.try_reserve(bytes), nullptr);
    std::byte* const room = ring.reserve_kept(bytes);
    ASSERT_NE(room, nullptr);
    std::memcpy(room, &bytes, sizeof bytes);
    ring.commit(bytes);
  }
  EXPECT_EQ(ring.reserve_kept(bytes), nullptr);
  ring.refresh();
  for (int i = 0; i < 4; ++i) ring.front(), ring.pop();
  EXPECT_FALSE(write_chunk(ring, 16, 'y'));  // what is kept back is free again, no more
  ring.front(), ring.pop();
  EXPECT_TRUE(write_chunk(ring, 16, 'y'));
}

TEST(Ring, ShowsAChunkOnlyOnceItIsCommitted) {
  Ring ring(kCapacity);
  EXPECT_FALSE(ring.refresh());
  std::byte* const room = ring.reserve(16);
  ASSERT_NE(room, nullptr);
  EXPECT_FALSE(ring.refresh());
  const std::uint32_t bytes = 16;
  std::memcpy(room, &bytes, sizeof bytes);
  ring.commit(16);
  EXPECT_EQ(ring.front(), nullptr);  // not before the next look
  EXPECT_TRUE(ring.refresh());
  EXPECT_NE(ring.front(), nullptr);
}

TEST(Ring, StaysClosedToTheFastPathUntilTheSlowOneSucceeds) {
  Ring ring(kCapacity);
  ASSERT_TRUE(write_chunk(ring, 16, 'x'));
  ring.close_fast_path();
  EXPECT_EQ(ring.try_reserve(16), nullptr);
  EXPECT_NE(ring.reserve_slowly(16), nullptr);
  EXPECT_NE(ring.try_reserve(16), nullptr);
}

// Every chunk carries its number, so that one that is torn, doubled or missing shows.
TEST(Ring, KeepsEveryChunkWholeBetweenTwoThreads) {
  constexpr std::uint64_t kChunks = 300'000;
  Ring ring(kCapacity);
  std::thread producer([&ring] {
    for (std::uint64_t number = 0; number < kChunks;) {
      const auto bytes = static_cast<std::uint32_t>(16 + 8 * (number % 7));
      std::byte* const room = ring.reserve(bytes);
      if (room == nullptr) {
        std::this_thread::yield();
        continue;
      }
      std::memcpy(room, &bytes, sizeof bytes);
      std::memcpy(room + bytes - 8, &number, sizeof number);
      ring.commit(bytes);
      ++number;
    }
  });
  std::uint64_t expected = 0;
  while (expected < kChunks) {
    if (!ring.refresh()) std::this_thread::yield();
    while (const std::byte* chunk = ring.front()) {
      std::uint32_t bytes;
      std::uint64_t number;
      std::memcpy(&bytes, chunk, sizeof bytes);
      std::memcpy(&number, chunk + bytes - 8, sizeof number);
      if (number != expected) ADD_FAILURE() << "chunk " << number << " instead of " << expected;
      expected = number + 1;
      ring.pop();
    }
  }
  producer.join();
}

}  // namespace
}  // namespace ari::subscriber
