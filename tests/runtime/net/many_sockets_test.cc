// Thousands of sockets, and descriptors whose numbers were others' a moment ago.
#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "tests/runtime/flavours.h"
#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::UnixStream;

// As many pairs as the system allows, up to so many.
std::size_t pairs_up_to(std::size_t most) {
  rlimit files{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  return std::min<std::size_t>(most, (files.rlim_max - 100) / 2);
}

Task<int> reads_number(std::shared_ptr<UnixStream> stream) {
  int number = -1;
  co_await stream->read_exact({reinterpret_cast<char*>(&number), sizeof(number)});
  co_return number;
}

// All wait at once, half of them are aborted, which closes their sockets, and others take their
// numbers; then all are written to.
Task<void> thousands(int count) {
  std::vector<std::optional<UnixStream>> writers(static_cast<std::size_t>(count));
  std::vector<std::optional<JoinHandle<int>>> readers(writers.size());
  const auto begin = [&](std::size_t i) {
    auto [reader, writer] = UnixStream::pair();
    writers[i].emplace(std::move(writer));
    readers[i].emplace(spawn(reads_number(std::make_shared<UnixStream>(std::move(reader)))));
  };
  for (std::size_t i = 0; i < writers.size(); ++i) begin(i);
  co_await test::some_turns();
  for (std::size_t round = 0; round < 3; ++round) {
    for (std::size_t i = round % 2; i < writers.size(); i += 2) {
      readers[i]->abort();
      if (i % 3 == 0) writers[i].reset();
    }
    co_await test::some_turns();
    for (std::size_t i = round % 2; i < writers.size(); i += 2) begin(i);
    co_await test::some_turns();
  }
  for (std::size_t i = 0; i < writers.size(); ++i) {
    const int number = static_cast<int>(i);
    co_await writers[i]->write_all({reinterpret_cast<const char*>(&number), sizeof(number)});
  }
  for (std::size_t i = 0; i < writers.size(); ++i) {
    const int number = co_await *readers[i];
    EXPECT_EQ(number, static_cast<int>(i));
  }
}
TEST(ManySockets, EachIsToldItsOwnNewsWhoeverHadItsNumberBefore) {
  const int count = static_cast<int>(pairs_up_to(3000));
  Runtime().block_on(thousands(count));
  test::multi_thread(2).block_on(thousands(count));
}

}  // namespace
}  // namespace ari
