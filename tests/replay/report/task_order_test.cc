#include "replay/report/task_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/replay/report/example_model.h"

namespace ari::replay {
namespace {

using testing::ElementsAre;

Model three_tasks() {
  Model model;
  model.tasks.resize(3);
  model.tasks[0].total_ns = 5;
  model.tasks[0].name = "b";
  model.tasks[0].task_id = 30;
  model.tasks[0].location = place("a.rs", 10, 1);
  model.tasks[1].total_ns = 9;
  model.tasks[1].location = place("a.rs", 9, 1);
  model.tasks[2].total_ns = 5;
  model.tasks[2].name = "a";
  model.tasks[2].task_id = 4;
  return model;
}

TEST(TaskOrder, ListsFiguresLargestFirstAndKeepsEqualOnesInPlace) {
  EXPECT_THAT(ordered_tasks(three_tasks(), TaskOrder::kTotal, false), ElementsAre(1, 0, 2));
  EXPECT_THAT(ordered_tasks(three_tasks(), TaskOrder::kTotal, true), ElementsAre(0, 2, 1));
}

TEST(TaskOrder, ListsNamesIdsAndPlacesAscendingAndTheUnknownLast) {
  EXPECT_THAT(ordered_tasks(three_tasks(), TaskOrder::kName, false), ElementsAre(2, 0, 1));
  EXPECT_THAT(ordered_tasks(three_tasks(), TaskOrder::kId, false), ElementsAre(2, 0, 1));
  // Line 9 before line 10: places are not compared as text.
  EXPECT_THAT(ordered_tasks(three_tasks(), TaskOrder::kLocation, false), ElementsAre(1, 0, 2));
}

TEST(TaskOrder, EveryNamedOrderKeepsEveryTask) {
  for (const auto& [name, order] : task_order_names()) {
    EXPECT_THAT(ordered_tasks(three_tasks(), order, false), testing::UnorderedElementsAre(0, 1, 2))
        << name;
  }
}

}  // namespace
}  // namespace ari::replay
