#include "replay/recover/chunk_check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "subscriber/decoder.h"
#include "subscriber/lane.h"

namespace ari::replay {
namespace {

using namespace subscriber;

constexpr std::size_t kRing = 4096;
constexpr std::string_view kNames[] = {"text", "number", "flag", "none"};
constexpr Metadata kEvent{"", "app", trace::Level::kTrace, kNames};

// A ring that holds one chunk of every kind, and where they are.
class Chunks {
 public:
  Chunks() {
    const Value values[] = {Value("text"), Value(7u), Value(true), Value()};
    lane_.new_span(1, 1, 0, kEvent, values);
    lane_.enter(2, 1, trace::EnterReason::kDestroy);
    lane_.event(3, 1, kEvent, values);
    lane_.waker(4, 1, WakerOp::kWakeByRef, 1);
    lane_.exit(5, 1, std::source_location::current());
    lane_.close(6, 1, Outcome::kPanicked);
  }
  // And both kinds that tell of losses.
  void lose_and_go_on() {
    const Value text[] = {Value("text")};
    for (const bool loses_closes : {false, true}) {
      while (lane_.lost() < 1 || (loses_closes && lane_.lost_closes() < 1)) {
        lane_.event(7, 1, kEvent, text);
        if (loses_closes) lane_.close(7, 2, Outcome::kCompleted);
      }
      read_all();
      lane_.enter(8, 1, trace::EnterReason::kPoll);
    }
  }
  // Goes on beyond the ring's end. What was written in its first half is read.
  void wrap_around() {
    while (written() < kRing + 100) {
      lane_.waker(9, 1, WakerOp::kWake, 1);
      if (written() < kRing / 2) read_all();
    }
  }
  std::uint64_t begin() const { return begin_; }
  std::byte* data() { return reinterpret_cast<std::byte*>(&lane_.ring().head()) + kRingHeadBytes; }
  std::uint64_t written() { return lane_.ring().head().written.load(); }

 private:
  void read_all() {
    lane_.ring().refresh();
    while (lane_.ring().front() != nullptr) lane_.ring().pop();
    begin_ = lane_.ring().position();
  }

  Doorbell doorbell_;
  LostSpans lost_spans_;
  Lane lane_{1, "test", RingMemory::anonymous(kRing), doorbell_, lost_spans_};
  std::uint64_t begin_ = 0;
};

TEST(ChunkCheck, FindsEverythingThatALaneWritesSound) {
  Chunks chunks;
  EXPECT_EQ(sound_up_to(chunks.data(), kRing, 0, chunks.written()), chunks.written());
  chunks.lose_and_go_on();
  EXPECT_EQ(sound_up_to(chunks.data(), kRing, chunks.begin(), chunks.written()), chunks.written());
}

TEST(ChunkCheck, StopsAtTheFirstChunkThatIsNot) {
  struct Case {
    const char* what;
    std::size_t at;
    std::uint32_t word;
  };
  // The first chunk is the span's: head 16, body 24, then the values.
  constexpr Case kCases[] = {
      {"a length of nothing", 0, 0},
      {"a length beyond what was written", 0, 100'000},
      {"a length that is no multiple of 8", 0, 121},
      {"a skip in the middle", 0, (1u << 31) | 64},
      {"an unknown kind", 4, 0x0004'00ff},
      {"values that would not fit", 4, 0xffff'0001},
      {"a text that is longer than its chunk", 44, 0xffff'fff0},
      {"an unknown type of value", 40, 99},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.what);
    Chunks chunks;
    std::memcpy(chunks.data() + c.at, &c.word, sizeof c.word);
    EXPECT_EQ(sound_up_to(chunks.data(), kRing, 0, chunks.written()), 0u);
  }
}

// Former bug: the skip counted as sound, and the chunk behind it was decoded all the same.
TEST(ChunkCheck, ASkipIsOnlyAsSoundAsTheChunkBehindIt) {
  Chunks chunks;
  chunks.wrap_around();
  ASSERT_EQ(sound_up_to(chunks.data(), kRing, chunks.begin(), chunks.written()), chunks.written());
  constexpr std::uint32_t kUnknownKind = 0x0000'00ff;
  std::memcpy(chunks.data() + 4, &kUnknownKind, sizeof kUnknownKind);
  const std::uint64_t end = sound_up_to(chunks.data(), kRing, chunks.begin(), chunks.written());
  ASSERT_LT(end, kRing);
  std::uint32_t skip;
  std::memcpy(&skip, chunks.data() + end, sizeof skip);
  EXPECT_EQ(skip, (1u << 31) | (kRing - end));
}

// Whatever bytes there are: it neither reads beyond the ring nor goes on for ever, and what
// it calls sound can be decoded. AddressSanitizer watches.
TEST(ChunkCheck, WhatItCallsSoundCanBeDecoded) {
  class Nothing final : public Symbols {
   public:
    const Metadata& metadata(const Metadata*) const override { return kEvent; }
    Location place(const std::source_location&) const override { return {}; }
  } nothing;
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Chunks chunks;
    std::vector<std::byte> bytes(chunks.data(), chunks.data() + kRing);
    for (std::uint32_t i = 0, count = 1 + random() % 4; i < count; ++i) {
      bytes[random() % chunks.written()] = static_cast<std::byte>(random());
    }
    const std::uint64_t end = sound_up_to(bytes.data(), kRing, 0, chunks.written());
    ASSERT_LE(end, chunks.written());
    Decoder decoder(nothing);
    for (std::uint64_t at = 0; at < end;) {
      decoder.decode(bytes.data() + at, 1, 0);
      std::uint32_t length;
      std::memcpy(&length, bytes.data() + at, sizeof length);
      at += length;
    }
  }
}

}  // namespace
}  // namespace ari::replay
