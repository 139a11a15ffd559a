// Reading and writing allocate nothing, whether they wait or not. A program of its own,
// because it counts every allocation there is.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "runtime/ari.h"

namespace {
std::atomic<long> g_allocations{0};
}

void* operator new(std::size_t bytes) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace ari {
namespace {

constexpr int kRounds = 200;

Task<void> answers(net::UnixStream stream) {
  char message[4];
  while (true) {
    const std::size_t got = co_await stream.read(message);
    if (got == 0) co_return;
    co_await stream.write_all({message, got});
  }
}

Task<long> asks() {
  auto [here, there] = net::UnixStream::pair();
  auto answering = spawn(answers(std::move(there)));
  char message[4] = {'p', 'i', 'n', 'g'};
  long before = 0;
  for (int i = -1; i < kRounds; ++i) {
    if (i == 0) before = g_allocations.load();  // by now both are registered
    co_await here.write_all(message);
    co_await here.read_exact(message);
  }
  const long allocations = g_allocations.load() - before;
  here.shutdown();
  co_await answering;
  co_return allocations;
}

TEST(NetAllocation, ReadsAndWritesAllocateNothing) {
  const long before = g_allocations.load();
  EXPECT_EQ(Runtime().block_on(asks()), 0);
  EXPECT_GT(g_allocations.load(), before) << "nothing is counted";
}

}  // namespace
}  // namespace ari
