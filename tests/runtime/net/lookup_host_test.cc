// lookup_host: names to addresses. Of names only those that need no network.
#include <netdb.h>

#include <algorithm>
#include <stdexcept>

#include "tests/runtime/net/net_test.h"

namespace ari {
namespace {

using net::lookup_host;
using net::SocketAddr;

Task<void> finds(std::string host, std::string expected) {
  auto found = co_await lookup_host(host);
  EXPECT_EQ(std::count(found.begin(), found.end(), SocketAddr(expected)), 1) << host;
}
TEST(LookupHost, FindsThisHostAndLeavesNumbersAlone) {
  Runtime runtime;
  runtime.block_on(finds("localhost:80", "127.0.0.1:80"));
  runtime.block_on(finds("10.1.2.3:65535", "10.1.2.3:65535"));
  runtime.block_on(finds("[::1]:443", "[::1]:443"));
}

Task<void> is_refused(std::string text) {
  std::string what;
  try {
    auto found = co_await lookup_host(text);
  } catch (const std::invalid_argument& error) {
    what = error.what();
  }
  EXPECT_EQ(what, "ari: expected HOST:PORT, found '" + text + "'");
}
TEST(LookupHost, SaysWhatIsNoHostAndPort) {
  for (const char* text : {"", "localhost", "localhost:", ":80", "localhost:http",
                           "localhost:65536", "localhost:-1"}) {
    Runtime().block_on(is_refused(text));
  }
}

// The system would take the name for what is before the NUL.
Task<void> refuses_a_nul(std::string host) {
  for (const bool has_port : {false, true}) {
    std::string what;
    try {
      auto looked_up = has_port ? lookup_host(host + ":80") : lookup_host(host, std::uint16_t{80});
      auto found = co_await std::move(looked_up);
    } catch (const std::invalid_argument& error) {
      what = error.what();
    }
    EXPECT_TRUE(what.starts_with("ari: a host's name holds a NUL: '")) << host;
  }
}
TEST(LookupHost, RefusesANameWithANul) {
  using namespace std::string_literals;
  for (const std::string& host : {"localhost\0.example"s, "127.0.0.1\0"s, "\0"s}) {
    Runtime().block_on(refuses_a_nul(host));
  }
}

Task<void> is_not_found() {
  std::string what;
  try {
    auto found = co_await lookup_host("no such host", std::uint16_t{80});
  } catch (const std::system_error& error) {
    what = error.what();
    EXPECT_EQ(error.code().category(), net::resolver_category());
  }
  EXPECT_TRUE(what.starts_with("ari: no address found for 'no such host': ")) << what;
}
TEST(LookupHost, NamesTheHostThatIsNotFound) { Runtime().block_on(is_not_found()); }

}  // namespace
}  // namespace ari
