#include "replay/report/shorten.h"

#include <gtest/gtest.h>

#include "replay/report/display_width.h"

namespace ari::replay {
namespace {

TEST(Shorten, KeepsFrontOrFrontAndBack) {
  EXPECT_EQ(shorten_end("connection", 10), "connection");
  EXPECT_EQ(shorten_end("connection", 8), "connect…");
  EXPECT_EQ(shorten_middle("connection-handler-0017", 14), "connectio…0017");
  EXPECT_EQ(shorten_middle("connection", 3), "co…");
  EXPECT_EQ(shorten_end("任务任务", 5), "任务…");
}

TEST(Shorten, KeepsAnIdSinceItIsWhatTheNextCommandIsGiven) {
  EXPECT_EQ(shorten_middle("handle_connection [1000000017]", 20), "handle… [1000000017]");
  EXPECT_EQ(shorten_middle("handle_connection [17]", 22), "handle_connection [17]");
  EXPECT_EQ(shorten_middle("handle_connection [1000000017]", 12), "[1000000017]");
  EXPECT_EQ(shorten_middle("connection [a]-0017", 14), "connectio…0017");
}

// Former bug: of a timer in a narrow summary only the id was left.
TEST(Shorten, KeepsAShortNameRatherThanAllOfALongId) {
  EXPECT_EQ(shorten_middle("Sleep [2252349569499138]", 23), "Sle… [2252349569499138]");
  EXPECT_EQ(shorten_middle("Sleep [2252349569499138]", 18), "Sleep […569499138]");
  EXPECT_EQ(shorten_middle("Sleep [2252349569499138]", 11), "Sleep […38]");
  EXPECT_EQ(shorten_middle("Sleep [2252349569499138]", 9), "…9499138]");
}

TEST(Shorten, CutsAListBetweenItsThings) {
  EXPECT_EQ(shorten_list("left [7], right [8], 3 more", 27), "left [7], right [8], 3 more");
  EXPECT_EQ(shorten_list("left [7], right [8], 3 more", 26), "left [7], right [8], …");
  EXPECT_EQ(shorten_list("left [7], right [8], 3 more", 20), "left [7], …");
  EXPECT_EQ(shorten_list("leftmost [7], right [8]", 8), "lef… [7]");
}

TEST(ShortenLocation, LetsDirectoriesGoFirstAndTheLineNever) {
  constexpr const char* kWorker =
      "/home/me/.cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.54.1/src/runtime/"
      "scheduler/multi_thread/worker.rs:515:13";
  struct Case {
    const char* text;
    std::size_t columns;
    const char* want;
  };
  const Case kCases[] = {
      {kWorker, 100, "<cargo>/tokio-1.54.1/src/runtime/scheduler/multi_thread/worker.rs:515:13"},
      {kWorker, 51, "<cargo>/tokio-1.54.1/src/runtime/…/worker.rs:515:13"},
      {kWorker, 41, "<cargo>/tokio-1.54.1/…/worker.rs:515:13"},
      {kWorker, 30, "<cargo>/…/worker.rs:515:13"},
      {kWorker, 20, "…/worker.rs:515:13"},
      {kWorker, 14, "…ker.rs:515:13"},
      {"src/main.rs:6:37", 20, "src/main.rs:6:37"},
      {"src/main.rs:6:37", 15, "…/main.rs:6:37"},
      {"main.rs:6:37", 8, "…rs:6:37"},
      {"/home/me/.cargo/git/checkouts/tokio-1a2b/3c4d/src/lib.rs:1:1", 60,
       "<cargo>/tokio-1a2b/3c4d/src/lib.rs:1:1"},
      {"registry/mine.rs:1:1", 40, "registry/mine.rs:1:1"},  // cargo's only if it says so
  };
  for (const Case& c : kCases) EXPECT_EQ(shorten_location(c.text, c.columns), c.want) << c.columns;
}

TEST(Shorten, NeverReturnsMoreColumnsThanThereAre) {
  const char* text = "/a/long/任务/path/with/µ/in/it/file.rs:123:45";
  for (std::size_t columns = 0; columns < 60; ++columns) {
    EXPECT_LE(display_width(shorten_end(text, columns)), columns);
    EXPECT_LE(display_width(shorten_middle(text, columns)), columns);
    EXPECT_LE(display_width(shorten_location(text, columns)), columns);
  }
}

}  // namespace
}  // namespace ari::replay
