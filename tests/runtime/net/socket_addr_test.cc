// SocketAddr: text to address and back.
#include "runtime/net/socket_addr.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ari::net {
namespace {

struct Parsed {
  const char* text;
  const char* printed;  // null: not an address
};
constexpr Parsed kParsed[] = {
    {"127.0.0.1:80", "127.0.0.1:80"},
    {"0.0.0.0:0", "0.0.0.0:0"},
    {"255.255.255.255:65535", "255.255.255.255:65535"},
    {"[::1]:80", "[::1]:80"},
    {"[0:0:0:0:0:0:0:1]:80", "[::1]:80"},  // printed in its short form
    {"[::ffff:10.0.0.1]:1", "[::ffff:10.0.0.1]:1"},
    {"[fe80::1%2]:9", "[fe80::1%2]:9"},
    {"", nullptr},
    {":80", nullptr},
    {"127.0.0.1", nullptr},
    {"127.0.0.1:", nullptr},
    {"127.0.0.1:65536", nullptr},
    {"127.0.0.1:+1", nullptr},
    {"127.0.0.1:80 ", nullptr},
    {"127.0.1:80", nullptr},
    {"::1:80", nullptr},  // where does the port begin?
    {"[::1]", nullptr},
    {"[::1:80", nullptr},
    {"[::1%]:80", nullptr},
    {"[::1%eth0]:80", nullptr},  // a name of an interface is a look-up too
    {"localhost:80", nullptr},
    {"[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:1", nullptr},
};

TEST(SocketAddr, ReadsAndPrintsNumericAddresses) {
  for (const Parsed& c : kParsed) {
    SCOPED_TRACE(c.text);
    const auto parsed = SocketAddr::parse(c.text);
    ASSERT_EQ(parsed.has_value(), c.printed != nullptr);
    if (!parsed) continue;
    EXPECT_EQ(parsed->to_string(), c.printed);
    EXPECT_EQ(*parsed, SocketAddr(c.printed));
  }
  EXPECT_FALSE(SocketAddr::parse(std::string_view("127.0.0.1\0:80", 13)));
}

TEST(SocketAddr, TellsItsParts) {
  const SocketAddr v4 = "10.0.0.7:443";
  EXPECT_TRUE(v4.is_v4());
  EXPECT_EQ(v4.ip(), "10.0.0.7");
  EXPECT_EQ(v4.port(), 443);
  const SocketAddr v6 = "[::7]:443";
  EXPECT_TRUE(v6.is_v6());
  EXPECT_EQ(v6.ip(), "::7");
  EXPECT_EQ(v6.port(), 443);
}

TEST(SocketAddr, EqualIsTheSameAddressPortAndScope) {
  EXPECT_EQ(SocketAddr("10.0.0.7:1"), SocketAddr("10.0.0.7:1"));
  EXPECT_NE(SocketAddr("10.0.0.7:1"), SocketAddr("10.0.0.7:2"));
  EXPECT_NE(SocketAddr("10.0.0.7:1"), SocketAddr("10.0.0.8:1"));
  EXPECT_NE(SocketAddr("0.0.0.0:1"), SocketAddr("[::]:1"));
  EXPECT_NE(SocketAddr("[fe80::1%1]:1"), SocketAddr("[fe80::1%2]:1"));
}

TEST(SocketAddr, ThatIsNoneSaysWhatWasExpected) {
  try {
    const SocketAddr address = "localhost:80";
    FAIL() << address.to_string();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "ari: not a socket address: \"localhost:80\" (expected 127.0.0.1:80 or [::1]:80; "
                 "names are not looked up)");
  }
}

}  // namespace
}  // namespace ari::net
