// Branch: several stacks of frames in one task, where each waits, and what is kept apart.
#include "runtime/task/branch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "runtime/ari.h"
#include "tests/runtime/belonging.h"
#include "tests/runtime/recorder.h"

namespace ari {
namespace {

using std::chrono::hours;
using test::Belonging;

class Never {
 public:
  Poll poll(Context&) noexcept { return Poll::kPending; }
};

constexpr unsigned kLeafLine = __LINE__ + 3;
Task<int> waits_for_ever() {
  Never never;
  co_await never;
  co_return 1;
}
constexpr unsigned kMiddleLine = __LINE__ + 2;
Task<int> calls() {
  const int below = co_await waits_for_ever();
  co_return below;
}

// Each frame as its line, the topmost first; branches in brackets before the frame that
// waits for them.
std::string backtrace(const task::FrameStack& stack) {
  struct Visitor final : task::BranchVisitor {
    void visit(const task::FrameStack& branch) override { text += "[" + backtrace(branch) + "] "; }
    std::string text;
  } visitor;
  stack.visit_awaited(visitor);
  std::string text = visitor.text;
  for (const task::Frame* frame = stack.top(); frame != nullptr; frame = frame->below) {
    text += std::to_string(frame->waits_in.line());
    if (frame->below != nullptr) text += " < ";
  }
  return text;
}

// Polls what it is given once, then says how it waits.
template <task::Branchable F>
class Waiting {
 public:
  explicit Waiting(F&& future) : future_(task::lend(future)) {}

  Poll poll(Context& cx) noexcept {
    EXPECT_EQ(future_.poll(cx), Poll::kPending);
    struct Visitor final : task::BranchVisitor {
      void visit(const task::FrameStack& branch) override {
        backtrace = ari::backtrace(branch);
        parked_at = branch.parking().at.line();
      }
      std::string backtrace;
      unsigned parked_at = 0;
    } visitor;
    visit_branches_of(future_, visitor);
    backtrace_ = visitor.backtrace;
    parked_at_ = visitor.parked_at;
    return Poll::kReady;
  }

  struct How {
    std::string backtrace;
    unsigned parked_at;
  };
  How result() { return {backtrace_, parked_at_}; }

 private:
  task::BranchOf<F> future_;
  std::string backtrace_;
  unsigned parked_at_ = 0;
};

template <class Waiter>
Task<typename Waiting<Task<Waiter>>::How> look_at(Task<Waiter> task) {
  Waiting<Task<Waiter>> waiting(std::move(task));
  auto how = co_await waiting;
  co_return how;
}

std::string at(unsigned line) { return std::to_string(line); }

TEST(Backtrace, GoesFromTheFrameThatWaitsDownToTheFirst) {
  const auto how = Runtime().block_on(look_at(calls()));
  EXPECT_EQ(how.backtrace, at(kLeafLine) + " < " + at(kMiddleLine));
  EXPECT_EQ(how.parked_at, kLeafLine);
}

constexpr unsigned kSelectLine = __LINE__ + 2;
Task<int> selects() {
  auto first = co_await select_biased(calls(), time::sleep(hours(1)), waits_for_ever());
  co_return static_cast<int>(first.index());
}
constexpr unsigned kOuterLine = __LINE__ + 2;
Task<int> calls_what_selects() {
  const int below = co_await selects();
  co_return below;
}

TEST(Backtrace, ShowsTheBranchesOfASelect) {
  const auto how = Runtime().block_on(look_at(calls_what_selects()));
  EXPECT_EQ(how.backtrace, "[" + at(kLeafLine) + " < " + at(kMiddleLine) + "] [" + at(kLeafLine) +
                               "] " + at(kSelectLine) + " < " + at(kOuterLine));
  EXPECT_EQ(how.parked_at, kSelectLine) << "several branches wait, so the fork is the place";
}

constexpr unsigned kNestedLine = __LINE__ + 2;
Task<int> nests() {
  auto first = co_await select_biased(select_biased(waits_for_ever(), waits_for_ever()), selects());
  co_return static_cast<int>(first.index());
}

TEST(Backtrace, ShowsBranchesOfBranches) {
  const auto how = Runtime().block_on(look_at(nests()));
  const std::string leaf = "[" + at(kLeafLine) + "] ";
  const std::string middle = "[" + at(kLeafLine) + " < " + at(kMiddleLine) + "] ";
  EXPECT_EQ(how.backtrace,
            leaf + leaf + "[" + middle + leaf + at(kSelectLine) + "] " + at(kNestedLine));
}

Task<int> ends_at_once() { co_return 2; }
Task<int> joins_one_that_ended() {
  auto both = co_await join(ends_at_once(), calls());
  co_return std::get<0>(both);
}

TEST(ParkedAt, IsInTheBranchThatIsLeft) {
  EXPECT_EQ(Runtime().block_on(look_at(joins_one_that_ended())).parked_at, kLeafLine);
}

inline constexpr TaskLocal<int> kLocal;
Task<int> wraps(sync::CancellationToken token) {
  auto result = co_await task::unconstrained(kLocal.scope(1, token.run_until_cancelled(calls())));
  co_return result.value();
}

TEST(ParkedAt, LooksThroughWrappers) {
  const auto how = Runtime().block_on(look_at(wraps(sync::CancellationToken())));
  EXPECT_EQ(how.parked_at, kLeafLine);
  EXPECT_TRUE(how.backtrace.starts_with("[" + at(kLeafLine) + " < " + at(kMiddleLine) + "] "))
      << how.backtrace;
}

constexpr unsigned kYieldLine = __LINE__ + 1;
Task<void> yields() { co_await task::yield_now(); }
Task<void> yields_in_a_branch() { co_await task::unconstrained(yields()); }

TEST(ParkedAt, IsToldOfEachPollThatSuspends) {
  test::Recorder recorder;
  Runtime().block_on(yields_in_a_branch());
  EXPECT_EQ(recorder.parked_lines("T1"), (std::vector<unsigned>{kYieldLine, 0, 0}));
}

Task<int> descends(Belonging belonging, int depth) {
  if (depth == 0) {
    const int never = co_await waits_for_ever();
    co_return never;
  }
  const int below = co_await descends(belonging, depth - 1);
  co_return below;
}

Task<int> drops_a_deep_branch(Belonging belonging) {
  auto first = co_await select_biased(descends(belonging, 100'000), ends_at_once());
  co_return static_cast<int>(first.index());
}

TEST(Branch, AHundredThousandFramesAreDestroyedWithoutRecursion) {
  int alive = 0;
  EXPECT_EQ(Runtime().block_on(drops_a_deep_branch(Belonging(alive))), 1);
  EXPECT_EQ(alive, 0);
}

// A span of the program's own, entered across a suspension.
Task<void> yields_inside(const char* name) {
  const trace::Span span = ARI_SPAN("branch", ("name", name));
  const auto in = span.enter();
  co_await task::yield_now();
  ARI_INFO("again", ("name", name));
}
Task<void> joins_two_with_spans() {
  auto both = co_await join(yields_inside("a"), yields_inside("b"));
  static_cast<void>(both);
}

TEST(Branch, IsNotInsideOfTheSpansOfAnother) {
  test::Recorder recorder;
  Runtime().block_on(joins_two_with_spans());
  // Each poll of the join begins with another branch.
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "T1 S2 | new\n"
            "T1 S2 | enter\n"
            "T1 S2 | clone(T1)\n"
            "T1 S2 | exit\n"
            "T1 S3 | new\n"
            "T1 S3 | enter\n"
            "T1 S3 | exit\n"
            "T1 | exit\n"
            "- | wake(T1)\n"
            "T1 | enter\n"
            "T1 S3 | enter\n"
            "T1 S3 | app: name=\"b\" message=again\n"
            "T1 S3 | exit\n"
            "T1 S3 | close\n"
            "T1 S2 | enter\n"
            "T1 S2 | app: name=\"a\" message=again\n"
            "T1 S2 | exit\n"
            "T1 S2 | close\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
}

Task<void> waits_inside() {
  const trace::Span outer = ARI_SPAN("outer");
  const auto in_outer = outer.enter();
  const trace::Span inner = ARI_SPAN("inner");
  const auto in_inner = inner.enter();
  Never never;
  co_await never;
}
Task<void> drops_one_with_spans() {
  auto first = co_await select_biased(waits_inside(), ends_at_once());
  static_cast<void>(first);
}

TEST(Branch, DroppedLeavesItsSpansInsideOut) {
  test::Recorder recorder;
  Runtime().block_on(drops_one_with_spans());
  EXPECT_EQ(recorder.text(),
            "T1 | new\n"
            "T1 | enter\n"
            "T1 S2 | new\n"
            "T1 S2 | enter\n"
            "T1 S2 S3 | new\n"
            "T1 S2 S3 | enter\n"
            "T1 S2 S3 | exit\n"
            "T1 S2 | exit\n"
            "T1 S2 | enter\n"
            "T1 S2 S3 | enter\n"
            "T1 S2 S3 | exit\n"
            "T1 S2 S3 | close\n"
            "T1 S2 | exit\n"
            "T1 S2 | close\n"
            "T1 | exit\n"
            "T1 | destroy\n"
            "T1 | exit\n"
            "T1 | close completed\n");
}

}  // namespace
}  // namespace ari
