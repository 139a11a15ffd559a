#include "replay/input/recognise.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/run.h"

namespace ari::replay {
namespace {

constexpr std::string_view kAriText =
    "2026-11-23T12:34:01.927131Z TRACE runtime.spawn[5]{} enter\n";

TEST(Recognise, LooksAtNoLineTwice) {
  Recogniser recogniser;
  for (int i = 0; i < 1000; ++i) recogniser.look(kAriText, false);
  EXPECT_TRUE(recogniser.is_certain());
  EXPECT_FALSE(recogniser.has_settled());  // it would have, by so many votes
}

TEST(Recognise, WaitsForTheEndOfALine) {
  Recogniser recogniser;
  recogniser.look(kAriText.substr(0, kAriText.size() - 1), false);
  EXPECT_FALSE(recogniser.has_found());
  recogniser.look(kAriText.substr(0, kAriText.size() - 1), true);
  EXPECT_TRUE(recogniser.has_found());
}

TEST(Recognise, FindsTheSameInPiecesOfAnySize) {
  for (const char* name : {"console.jsonl", "fmt-compact.log", "fmt-full-colour.log",
                           "fmt-json.jsonl", "fmt-pretty.log", "jsonl.jsonl", "text.log"}) {
    SCOPED_TRACE(name);
    const std::string log =
        test::read_file(std::string(ARI_SOURCE_DIR "/testdata/fuzz/readers/") + name);
    const std::string_view format = recognise(log, true).format;
    for (const std::size_t piece : {1, 7, 100, 3000}) {
      Recogniser recogniser;
      for (std::size_t seen = piece; seen < log.size(); seen += piece) {
        recogniser.look(std::string_view(log).substr(0, seen), false);
      }
      recogniser.look(log, true);
      EXPECT_EQ(recogniser.result(log).format, format);
    }
  }
}

}  // namespace
}  // namespace ari::replay
