// Descriptors that go from hand to hand: nobody hears what was meant for the one who had the number
// before.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/open_sockets.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using net::UnixStream;
using test::Belonging;

// Gets what is its own, from as many streams as it likes, each with a number that somebody else
// has just given up.
Task<void> reads_its_own(char own, [[maybe_unused]] Belonging belonging, Dice dice) {
  for (int i = 0; i < 8; ++i) {
    auto ends = UnixStream::pair();
    std::array<char, 8> bytes{};
    auto read = test::boxed([&] { return ends.first.read(bytes); });
    const bool at_once = co_await test::poll_once(*read);
    EXPECT_FALSE(at_once) << "there was nothing to read";
    if (at_once) co_return;
    if (dice.one_in(3)) continue;  // closes it, with an event under way perhaps
    if (dice.one_in(2)) co_await gives_way(dice);
    if (dice.one_in(3)) {
      ends.second.shutdown();
    } else {
      const std::optional<std::size_t> written = ends.second.try_write({&own, 1});
      EXPECT_EQ(written, 1u);
    }
    const bool is_end = dice.one_in(4);
    if (is_end) continue;
    co_await *read;
    const std::size_t got = read->result();
    EXPECT_LE(got, 1u);
    if (got > 0) {
      EXPECT_EQ(bytes[0], own);
    }
  }
}

TEST(DescriptorsStress, NobodyHearsWhatWasMeantForTheOneBefore) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    int alive = 0;
    world.mortal_crowd(6, [&](int number, Dice dice) {
      return reads_its_own(static_cast<char>('a' + number), Belonging(alive), dice);
    });
    EXPECT_EQ(Belonging::count(alive), 0);
    world.end();
    EXPECT_EQ(open_sockets(), before);
  });
}

}  // namespace
}  // namespace ari::stress
