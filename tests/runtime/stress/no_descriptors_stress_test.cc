// Descriptors that run out: whoever is refused one and tries again gets through in the end.
#include <gtest/gtest.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "tests/runtime/belonging.h"
#include "tests/runtime/net/net_test.h"
#include "tests/runtime/net/no_more_files.h"
#include "tests/runtime/stress/open_sockets.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using net::TcpListener;
using net::TcpStream;
using std::chrono::milliseconds;
using test::Belonging;

// What may come of it that there are too few, on either side.
bool is_want_of_files(const std::system_error& error) {
  return error.code() == std::errc::too_many_files_open ||
         error.code() == std::errc::connection_reset || error.code() == std::errc::broken_pipe ||
         error.code() == io::Errc::kUnexpectedEof ||
         error.code() == std::errc::operation_canceled;  // at the runtime's end
}

Task<void> answers_once(TcpStream stream, [[maybe_unused]] Belonging belonging) {
  try {
    char question[1];
    const bool asked = co_await stream.read(question) > 0;
    if (asked) co_await stream.write_all(question);
  } catch (const std::system_error& error) {
    EXPECT_TRUE(is_want_of_files(error)) << error.what();
  }
}
Task<void> serves(TcpListener* listener, int* alive, Dice dice) {
  JoinSet<void> serving;
  while (true) {
    co_await gives_way(dice);
    bool is_refused = false;
    try {
      auto stream = co_await listener->accept();
      serving.spawn(answers_once(std::move(stream), Belonging(*alive)));
    } catch (const std::system_error& error) {
      // In the middle of a poll it may meet the runtime's end.
      if (error.code() == std::errc::operation_canceled) co_return;
      EXPECT_EQ(error.code(), std::errc::too_many_files_open) << error.what();
      is_refused = true;
    }
    if (is_refused) co_await time::sleep(milliseconds(1));
    while (serving.try_join_next()) {
    }
  }
}

// True: it had its answer.
Task<bool> asks_once(net::SocketAddr to, char question) {
  char answer = 0;
  try {
    auto stream = co_await TcpStream::connect(to);
    stream.set_nodelay(true);
    co_await stream.write_all({&question, 1});
    co_await stream.read_exact({&answer, 1});
    EXPECT_EQ(answer, question);
  } catch (const std::system_error& error) {
    EXPECT_TRUE(is_want_of_files(error)) << error.what();
  }
  co_return answer != 0;
}
Task<void> asks_until_answered(net::SocketAddr to, Dice dice) {
  auto patience = milliseconds(1 + dice.below(8));
  for (char question = 1; question < 3;) {
    co_await gives_way(dice);
    const auto answered = co_await time::timeout(patience, asks_once(to, question));
    if (answered && *answered) {
      ++question;
    } else {
      patience *= 2;  // however slow the machine is
      co_await time::sleep(milliseconds(dice.below(3)));
    }
  }
}

TEST(NoDescriptorsStress, WhoIsRefusedOneGetsThroughInTheEnd) {
  on_each_seed([](World& world) {
    const std::size_t before = open_sockets();
    int alive = 0;
    {
      auto listener = TcpListener::bind("127.0.0.1:0");
      const auto to = listener.local_addr();
      // Two for the reactor, one for each who asks and one, at least, for those who answer.
      constexpr int kClients = 5;
      const test::NoMoreFiles but(2 + kClients + 1 + static_cast<int>(world.dice().below(3)));
      for (int i = 0; i < 2; ++i) {
        world.runtime().spawn(serves(&listener, &alive, world.dice().fork())).detach();
      }
      world.crowd(kClients, [&](int, Dice dice) { return asks_until_answered(to, dice); });
      world.end();
      EXPECT_EQ(Belonging::count(alive), 0);
    }
    EXPECT_EQ(open_sockets(), before);
  });
}

}  // namespace
}  // namespace ari::stress
