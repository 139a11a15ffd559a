#include "replay/report/resource_selector.h"

#include <gtest/gtest.h>

#include "tests/replay/report/example_model.h"

namespace ari::replay {
namespace {

// The index that `text` finds in the example, or the whole error.
std::string found(const std::string& text) {
  const auto selector = parse_resource_selector(text);
  if (!selector.has_value()) return selector.error().message;
  const auto index = find_resource(example_model(), selector.value());
  return index.has_value() ? std::to_string(index.value()) : index.error().message;
}

TEST(ResourceSelector, FindsBySpanTypeAndLine) {
  EXPECT_EQ(found("20"), "0");
  EXPECT_EQ(found("span=21"), "1");
  EXPECT_EQ(found("Mutex"), "0");
  EXPECT_EQ(found("type=Sleep"), "3");
  EXPECT_EQ(found("line=32"), "2");
  EXPECT_EQ(found("18446744073709551615"), "3");
}

TEST(ResourceSelector, ListsTheCandidatesOfAnAmbiguousOne) {
  EXPECT_EQ(found("Semaphore"),
            "'Semaphore' is 2 resources; say which one:\n"
            "  span=21  line=31  Semaphore                           permits=0\n"
            "  span=22  line=32  Semaphore  src/scenarios.rs:136:36  permits=184467440737095…");
}

TEST(ResourceSelector, SaysWhatThereIsIfThereIsNone) {
  EXPECT_TRUE(found("Mutx").starts_with(
      "no resource 'Mutx' (did you mean 'Mutex'?); there are:\n  span=20 "))
      << found("Mutx");
  EXPECT_EQ(found("span=x"), "'span=x': expected a number after '='");
  const auto selector = parse_resource_selector("Mutex").value();
  EXPECT_EQ(find_resource(Model{}, selector).error().message,
            "a log in this format tells of no resources");
  Model empty;
  empty.coverage.facts.resources = true;
  EXPECT_EQ(find_resource(empty, selector).error().message, "there is no resource in this log");
}

}  // namespace
}  // namespace ari::replay
