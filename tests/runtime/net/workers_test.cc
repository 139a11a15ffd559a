// Sockets on several workers: whoever sleeps in the driver wakes tasks for all of them.
#include <memory>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::TcpListener;
using test::many;

TEST(Workers, ShareManyConnections) {
  for (const std::size_t workers : {1, 2, 4}) {
    SCOPED_TRACE(workers);
    auto runtime = Runtime::Builder::multi_thread().worker_threads(workers).build();
    EXPECT_EQ(runtime.block_on(many(100, 20)), 2000);
  }
}

Task<void> waits_for_nothing(std::shared_ptr<TcpListener> listener) { co_await listener->accept(); }
TEST(Workers, RuntimeEndsWhileTheyWaitForSockets) {
  for (int round = 0; round < 30; ++round) {
    auto runtime = Runtime::Builder::multi_thread().worker_threads(3).build();
    auto listener = std::make_shared<TcpListener>(TcpListener::bind("127.0.0.1:0"));
    runtime.spawn(waits_for_nothing(listener));
    runtime.spawn(waits_for_nothing(listener));
    EXPECT_EQ(runtime.block_on(many(1, round % 3)), round % 3);
  }
}

}  // namespace
}  // namespace ari
