// The vocabulary: span stacks, callsites, names.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "runtime/trace/callsite.h"
#include "runtime/trace/function_name.h"
#include "tests/runtime/recorder.h"

namespace ari::trace {
namespace {

TEST(SpanStack, DuplicatesDoNotBecomeCurrentAndTheTopmostIsLeft) {
  SpanStack stack;
  stack.push(1);
  stack.push(2);
  stack.push(1);
  EXPECT_EQ(stack.current(), 2u);
  stack.pop(1);
  EXPECT_EQ(stack.current(), 2u);
  stack.pop(2);
  EXPECT_EQ(stack.current(), 1u);
  stack.pop(7);  // not on it
  stack.pop(1);
  EXPECT_EQ(stack.current(), kNoSpan);
  EXPECT_TRUE(stack.empty());
}

// Enters a span when it is destroyed, as a static or thread_local that drops its channel does.
struct EntersWhenDestroyed {
  ~EntersWhenDestroyed() {
    SpanStack::here().push(5);
    EXPECT_EQ(SpanStack::here().current(), 5u);
    SpanStack::here().pop(5);
  }
};
thread_local EntersWhenDestroyed t_enters;

TEST(SpanStack, OfAThreadOutlivesItsThreadLocals) {
  std::thread([] {
    [[maybe_unused]] const auto* made_first = &t_enters;
    for (SpanId id = 1; id < 100; ++id) SpanStack::here().push(id);
    for (SpanId id = 1; id < 100; ++id) SpanStack::here().pop(id);
  }).join();
}

TEST(SpanStack, SwapHidesWhatTheThreadWasIn) {
  test::Recorder recorder;
  const Span outside = ARI_SPAN("outside");
  const auto in = outside.enter();
  SpanStack other;
  {
    const SpanStack::Swap swap(other);
    ARI_INFO("elsewhere");
  }
  ARI_INFO("back");
  EXPECT_EQ(recorder.text(),
            "S1 | new\nS1 | enter\n- | app: message=elsewhere\nS1 | app: message=back\n");
}

TEST(Callsite, FieldsComeInOrderAndTheMessageLast) {
  test::Recorder recorder;
  const std::string path = "/index";
  ARI_EVENT(Level::kWarn, "served", ("status", 200), ("path", path), ("ratio", 0.5),
            ("late", false));
  EXPECT_EQ(recorder.text(),
            "- | app: status=200 path=\"/index\" ratio=0.500000 late=false message=served\n");
}

TEST(Callsite, SpanHasItsFieldsAndNestsInTheCurrentOne) {
  test::Recorder recorder;
  {
    const Span outer = ARI_SPAN("outer", ("a", 1), ("b", "two"));
    const auto in = outer.enter();
    const Span inner = ARI_SPAN("inner");
  }
  EXPECT_EQ(recorder.fields("S1"), "a=1 b=\"two\"");
  EXPECT_EQ(recorder.fields("S2"), "");
  EXPECT_EQ(recorder.text(),
            "S1 | new\nS1 | enter\nS1 S2 | new\nS1 S2 | close\nS1 | exit\nS1 | close\n");
}

TEST(FunctionName, IsThePartThatAPersonWouldSay) {
  struct Case {
    const char* pretty;
    const char* want;
  };
  const Case cases[] = {
      {"int main()", "main"},
      {"ari::Task<int> app::serve(int)", "app::serve"},
      {"void app::serve(serve(int)::_ZN3app5serveEi.Frame*)", "app::serve"},
      {"void {anonymous}::day(day()::_ZN12_GLOBAL__N_13dayEv.Frame*)", "{anonymous}::day"},
      {"ari::Task<void> (anonymous namespace)::day()", "(anonymous namespace)::day"},
      {"std::map<int, long int> f(std::pair<int, int>)", "f"},
      {"void A<B<int>, C>::run(int) [with T = int]", "A<B<int>, C>::run"},
      {"auto Call::operator()(int) const", "Call::operator()"},
      {"main()::<lambda(int)>", "main"},  // where the lambda is written
      {"", ""},
      {"no parameters", "no parameters"},
      {"(", "("},
      {"unbalanced<(", "unbalanced<("},
  };
  for (const Case& c : cases) EXPECT_EQ(function_name(c.pretty), c.want);
}

}  // namespace
}  // namespace ari::trace
