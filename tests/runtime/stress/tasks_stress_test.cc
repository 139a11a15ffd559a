// Tasks: none is forgotten, lost or run twice, however it is spawned, joined and aborted; and what
// is made of several at once: select, CancellationToken. forgotten_test.cc has bare wakers.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using std::chrono::milliseconds;
using sync::CancellationToken;
using test::Belonging;
using test::boxed;
using test::poll_once;

Task<int> works(int number, [[maybe_unused]] Belonging belonging, Dice dice) {
  const Belonging local = belonging;
  for (unsigned steps = dice.below(4); steps > 0; --steps) co_await gives_way(dice);
  if (dice.one_in(8)) throw std::runtime_error("expected");
  co_return number;
}

// ---- JoinSet

// The set's tasks are each joined once: with their own result, or as aborted or thrown.
Task<void> joins_a_set(int* alive, Dice dice) {
  JoinSet<int> set;
  std::set<trace::SpanId> left;
  std::vector<AbortHandle> aborts;
  int spawned = 0;
  while (spawned < 12 || !set.empty()) {
    co_await gives_way(dice);
    const unsigned way = dice.below(8);
    if (way < 4 && spawned < 12) {
      aborts.push_back(set.spawn(works(spawned++, Belonging(*alive), dice.fork())));
      EXPECT_TRUE(left.insert(aborts.back().id()).second);
      continue;
    }
    if (way == 4 && !aborts.empty())
      aborts[dice.below(static_cast<unsigned>(aborts.size()))].abort();
    std::optional<JoinResult<int>> joined;
    if (way == 5) {
      joined = set.try_join_next();
    } else if (way == 6) {
      auto next = boxed([&] { return set.join_next(); });
      const bool ready = co_await poll_once(*next);
      if (ready && dice.one_in(2)) joined = next->result();  // else it goes back
    } else {
      joined = co_await set.join_next();
      EXPECT_EQ(joined.has_value(), !left.empty());
    }
    if (!joined) continue;
    EXPECT_EQ(left.erase(joined->task_id()), 1u) << "joined twice, or of another set";
    if (*joined) {
      const auto number = static_cast<std::size_t>(joined->value());
      EXPECT_EQ(aborts[number].id(), joined->task_id());
    }
    if (dice.one_in(20)) co_await set.shutdown();
    if (set.empty()) left.clear();
  }
}

TEST(TasksStress, JoinSetJoinsEachTaskOnce) {
  on_each_seed([](World& world) {
    int alive = 0;
    world.crowd(2, [&](int, Dice dice) { return joins_a_set(&alive, dice); });
    EXPECT_EQ(Belonging::count(alive), 0);
  });
}

// The set goes with the task that has it: its tasks are aborted, and end at some time.
Task<void> leaves_a_set(int* alive, Dice dice) {
  JoinSet<int> set;
  for (int i = 0; i < 6; ++i) {
    set.spawn(works(i, Belonging(*alive), dice.fork()));
    co_await gives_way(dice);
  }
  if (dice.one_in(3)) set.detach_all();
}
Task<void> until_none(int* alive) {
  while (Belonging::count(*alive) > 0) co_await task::yield_now();
}

TEST(TasksStress, JoinSetLeavesNoTaskBehindWhoeverEnds) {
  on_each_seed([](World& world) {
    int alive = 0;
    world.mortal_crowd(4, [&](int, Dice dice) { return leaves_a_set(&alive, dice); });
    world.run(until_none(&alive));
  });
}

// ---- abort

Task<void> spawns_and_aborts(int* alive, Dice dice) {
  for (int i = 0; i < 10; ++i) {
    auto handle = spawn(works(i, Belonging(*alive), dice.fork()));
    const AbortHandle abort = handle.abort_handle();
    co_await gives_way(dice);
    const bool aborted = dice.one_in(2);
    if (aborted) abort.abort();
    const unsigned way = dice.below(4);
    if (way == 0) continue;  // dropped
    if (way == 1) {
      static_cast<void>(co_await poll_once(handle));
      continue;  // dropped with a waker in it
    }
    try {
      const int result = co_await handle;
      EXPECT_EQ(result, i);
    } catch (const JoinError&) {
      EXPECT_TRUE(aborted);
    } catch (const std::runtime_error&) {
    }
    EXPECT_TRUE(abort.is_finished());
  }
}

TEST(TasksStress, JoinTellsTheTruthOfTasksThatAreAborted) {
  on_each_seed([](World& world) {
    int alive = 0;
    world.mortal_crowd(5, [&](int, Dice dice) { return spawns_and_aborts(&alive, dice); });
    world.run(until_none(&alive));
  });
}

// ---- CancellationToken

// Whose token it is, and whether anybody had a reason to cancel it.
struct Branch {
  Branch(CancellationToken t, Branch* above) : token(std::move(t)), parent(above) {}
  bool has_reason() const {
    return cancelled.load() || (parent != nullptr && parent->has_reason());
  }

  CancellationToken token;
  Branch* parent;
  std::atomic<bool> cancelled{false};
};
using Tree = std::deque<Branch>;

Task<void> waits_for_its_token(Branch* branch, [[maybe_unused]] Belonging belonging, Dice dice) {
  co_await gives_way(dice);
  const unsigned way = dice.below(3);
  if (way == 0) {
    co_await branch->token.cancelled();
  } else if (way == 1) {
    auto never = time::sleep(std::chrono::hours(1));
    const bool finished = co_await branch->token.run_until_cancelled(never);
    EXPECT_FALSE(finished);
  } else {
    const CancellationToken child = branch->token.child_token();
    auto cancelled = boxed([&] { return child.cancelled(); });
    const bool ready = co_await poll_once(*cancelled);
    if (!ready) co_await branch->token.cancelled();
  }
  EXPECT_TRUE(branch->token.is_cancelled());
  EXPECT_TRUE(branch->has_reason()) << "cancelled by nobody";
}

Task<void> cancels(Tree* tree, Dice dice) {
  for (int i = 0; i < 3; ++i) {
    co_await gives_way(dice);
    Branch& branch = (*tree)[1 + dice.below(static_cast<unsigned>(tree->size() - 1))];
    branch.cancelled = true;
    branch.token.cancel();
    for (const Branch& each : *tree) EXPECT_LE(each.has_reason(), each.token.is_cancelled());
  }
  tree->front().cancelled = true;
  tree->front().token.cancel();
}

TEST(TasksStress, TokensReachTheirWholeSubtreeAndNobodyElse) {
  on_each_seed([](World& world) {
    int alive = 0;
    Tree tree;
    tree.emplace_back(CancellationToken(), nullptr);
    for (unsigned i = 1; i < 7; ++i) {
      Branch& parent = tree[world.dice().below(i)];
      tree.emplace_back(parent.token.child_token(), &parent);
    }
    auto cancelling = world.runtime().spawn(cancels(&tree, world.dice().fork()));
    world.mortal_crowd(7, [&](int number, Dice dice) {
      return waits_for_its_token(&tree[static_cast<std::size_t>(number)], Belonging(alive), dice);
    });
    struct Joins {
      static Task<void> one(JoinHandle<void> handle) { co_await handle; }
    };
    world.run(Joins::one(std::move(cancelling)));
    EXPECT_EQ(alive, 0);
  });
}

// ---- select and timeout

Task<void> feeds(sync::mpsc::Sender<int> tx, int count, Dice dice) {
  for (int value = 0; value < count; ++value) {
    co_await gives_way(dice);
    const auto refused = co_await tx.send(value);
    EXPECT_FALSE(refused);
  }
}

// Receives from two channels and gives up in between; recv() is cancel safe, so that nothing
// is lost with the one that did not win, nor with one that a timeout ended.
Task<void> selects(sync::mpsc::Receiver<int> a, sync::mpsc::Receiver<int> b, int count, Dice dice) {
  int next_of[2] = {0, 0};
  bool open[2] = {true, true};
  const auto keep = [&](std::size_t which, std::optional<int> got) {
    open[which] = got.has_value();
    if (!got) return;
    EXPECT_EQ(*got, next_of[which]);
    ++next_of[which];
  };
  while (open[0] && open[1]) {
    const unsigned way = dice.below(4);
    if (way == 0) {
      auto got = co_await time::timeout(milliseconds(dice.below(2)), a.recv());
      if (got) keep(0, *got);
    } else if (way == 1) {
      auto first = co_await select_biased(b.recv(), task::yield_now());
      if (first.index() == 0) keep(1, std::get<0>(first));
    } else {
      auto first = co_await select(a.recv(), b.recv());
      if (first.index() == 0) {
        keep(0, std::get<0>(first));
      } else {
        keep(1, std::get<1>(first));
      }
    }
  }
  while (open[0]) {
    auto got = co_await a.recv();
    keep(0, got);
  }
  while (open[1]) {
    auto got = co_await b.recv();
    keep(1, got);
  }
  EXPECT_EQ(next_of[0], count);
  EXPECT_EQ(next_of[1], count);
}

TEST(TasksStress, SelectAndTimeoutLoseNothingOfWhatTheyDrop) {
  on_each_seed([](World& world) {
    constexpr int kValues = 15;
    auto first = sync::mpsc::channel<int>(1 + world.dice().below(3));
    auto second = sync::mpsc::channel<int>(1 + world.dice().below(3));
    world.crowd(3, [&](int number, Dice dice) {
      if (number == 0) return feeds(std::move(first.first), kValues, dice);
      if (number == 1) return feeds(std::move(second.first), kValues, dice);
      return selects(std::move(first.second), std::move(second.second), kValues, dice);
    });
  });
}

// ---- blocking functions

Task<int> adds_one(int value) {
  co_await task::yield_now();
  co_return value + 1;
}

Task<void> blocks(int* alive, bool may_in_place, Dice dice) {
  for (int i = 0; i < 6; ++i) {
    co_await gives_way(dice);
    const Belonging belonging(*alive);
    const unsigned way = dice.below(3);
    if (way == 0 && may_in_place) {
      const int got = task::block_in_place([i] {
        std::this_thread::yield();
        return i;
      });
      EXPECT_EQ(got, i);
      continue;
    }
    const auto function = [i, way, belonging] {
      return way == 1 ? i + 1 : Handle::current().block_on(adds_one(i));
    };
    auto handle = spawn_blocking(function);
    const bool aborted = dice.one_in(4);
    if (aborted) handle.abort();
    try {
      const int result = co_await handle;
      EXPECT_EQ(result, i + 1);
    } catch (const JoinError&) {
      EXPECT_TRUE(aborted);
    }
  }
}

TEST(TasksStress, BlockingFunctionsEndOnceBesideTheTasks) {
  on_each_seed([](World& world) {
    int alive = 0;
    world.mortal_crowd(4,
                       [&](int, Dice dice) { return blocks(&alive, world.has_workers(), dice); });
    world.end();
    EXPECT_EQ(alive, 0);
  });
}

}  // namespace
}  // namespace ari::stress
