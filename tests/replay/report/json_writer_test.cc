#include "replay/report/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace ari::replay {
namespace {

TEST(JsonWriter, PutsCommasBetweenAndNowhereElse) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("a", 1);
  json.key("b");
  json.begin_list();
  json.value("x");
  json.begin_object();
  json.end_object();
  json.begin_list();
  json.end_list();
  json.null();
  json.end_list();
  json.member("c", true);
  json.end_object();
  EXPECT_EQ(out, R"({"a":1,"b":["x",{},[],null],"c":true})");
}

TEST(JsonWriter, WritesIntegersInFull) {
  std::string out;
  JsonWriter json(out);
  json.begin_list();
  json.value(UINT64_MAX);
  json.value(INT64_MIN);
  json.value(0u);
  json.end_list();
  EXPECT_EQ(out, "[18446744073709551615,-9223372036854775808,0]");
}

TEST(JsonWriter, BreaksLinesBetweenElementsOnly) {
  std::string out;
  JsonWriter json(out);
  json.begin_list();
  for (int i = 1; i <= 2; ++i) {
    json.new_line();
    json.value(i);
  }
  json.end_list();
  EXPECT_EQ(out, "[\n1,\n2]");
}

TEST(JsonWriter, WritesAbsentAsNullAndEscapesText) {
  std::string out;
  JsonWriter json(out);
  json.begin_list();
  json.value(std::optional<std::uint64_t>());
  json.value(std::optional<std::uint64_t>(7));
  json.value("\"\\\n\x1b");
  json.end_list();
  EXPECT_EQ(out, R"([null,7,"\"\\\n\u001b"])");
}

}  // namespace
}  // namespace ari::replay
