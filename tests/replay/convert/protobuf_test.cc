#include "replay/convert/protobuf.h"

#include <gtest/gtest.h>

namespace ari::replay {
namespace {

using namespace std::string_literals;

TEST(Protobuf, WritesTheExamplesOfItsEncodingPage) {
  ProtobufMessage one;
  one.add_varint(1, 150);
  EXPECT_EQ(one.bytes(), "\x08\x96\x01"s);

  ProtobufMessage text;
  text.add_bytes(2, "testing");
  EXPECT_EQ(text.bytes(), "\x12\x07testing"s);

  ProtobufMessage nested;
  nested.add_message(3, one);
  EXPECT_EQ(nested.bytes(), "\x1a\x03\x08\x96\x01"s);

  ProtobufMessage minus_two;
  minus_two.add_signed(1, -2);
  EXPECT_EQ(minus_two.bytes(), "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

TEST(Protobuf, WritesWideFieldsAndNumbers) {
  ProtobufMessage message;
  message.add_fixed64(47, 0x0102030405060708);  // a tag of two bytes
  message.add_double(1, 1.0);
  EXPECT_EQ(message.bytes(),
            "\xf9\x02\x08\x07\x06\x05\x04\x03\x02\x01"
            "\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"s);
  message.clear();
  message.add_varint(1, UINT64_MAX);
  EXPECT_EQ(message.bytes(), "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
}

}  // namespace
}  // namespace ari::replay
