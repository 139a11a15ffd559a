#include "replay/convert/perfetto_writer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace ari::replay {
namespace {

using subscriber::Field;
using subscriber::Value;
using testing::ElementsAre;

// Reads protocol buffers without knowing the schema: "1{60{1:5 2:'name'}}", where a field
// of bytes counts as a message if `is_message` says so of its path.
class Decoder {
 public:
  static std::vector<std::string> packets(std::string_view bytes) {
    std::vector<std::string> out;
    while (!bytes.empty()) {
      EXPECT_EQ(varint(bytes), 1u << 3 | 2) << "a trace holds packets and nothing else";
      out.push_back(message(take(bytes, varint(bytes)), "packet"));
    }
    return out;
  }

 private:
  static std::uint64_t varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (int shift = 0; !bytes.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes[0]);
      bytes.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  static std::string_view take(std::string_view& bytes, std::uint64_t count) {
    const std::string_view front = bytes.substr(0, count);
    EXPECT_EQ(front.size(), count) << "a field is longer than what it is in";
    bytes.remove_prefix(front.size());
    return front;
  }
  static bool is_message(const std::string& in, std::uint64_t field) {
    if (in == "packet") return field == 11 || field == 60;
    if (in == "60") return field == 3;
    return in == "11" && field == 4;
  }
  static std::string message(std::string_view bytes, const std::string& in) {
    std::string out;
    while (!bytes.empty()) {
      const std::uint64_t tag = varint(bytes);
      const std::uint64_t field = tag >> 3;
      if (!out.empty()) out += ' ';
      out += std::to_string(field);
      if ((tag & 7) == 0) {
        out += fmt::format(":{}", varint(bytes));
      } else if ((tag & 7) == 1) {
        std::uint64_t value = 0;
        std::memcpy(&value, take(bytes, 8).data(), 8);
        out += fmt::format(":{}", value);
      } else {
        const std::string_view body = take(bytes, varint(bytes));
        out += is_message(in, field) ? fmt::format("{{{}}}", message(body, std::to_string(field)))
                                     : fmt::format(":'{}'", body);
      }
    }
    return out;
  }
};

TEST(PerfettoWriter, WritesPacketsByThePublishedFieldNumbers) {
  PerfettoWriter writer;
  writer.begin_process("ping");
  writer.add_track(1, TrackGroup::kTasks, 1, "a [1]");
  const Field fields[] = {{"n", Value(7u)},
                          {"i", Value(-1)},
                          {"b", Value(true)},
                          {"s", Value("x\xff")},
                          {"none", Value()}};
  writer.begin(1, 1000, "poll", fields, 5);
  writer.end(1, 1001);
  writer.instant(1, 1002, "wakes", {}, 6);
  writer.finish();
  const std::uint64_t process = (1ull << 62) + 4;
  EXPECT_THAT(Decoder::packets(writer.out()),
              ElementsAre(fmt::format("60{{1:{} 3{{1:1 6:'ping'}}}}", process),
                          fmt::format("60{{1:{} 2:'threads' 5:{}}}", process + 1, process),
                          fmt::format("60{{1:{} 2:'tasks' 5:{}}}", process + 2, process),
                          fmt::format("60{{1:{} 2:'resources' 5:{}}}", process + 3, process),
                          fmt::format("60{{1:1 2:'a [1]' 5:{}}}", process + 2),
                          "8:1000 10:1 11{9:1 11:1 23:'poll' 4{10:'n' 3:7} 4{10:'i' "
                          "4:18446744073709551615} 4{10:'b' 2:1} 4{10:'s' 6:'x\\xff'} 48:5}",
                          "8:1001 10:1 11{9:2 11:1}", "8:1002 10:1 11{9:3 11:1 23:'wakes' 47:6}"));
}

}  // namespace
}  // namespace ari::replay
