// ARI_FILTER: what its directives mean, and that what passes is a log in itself.
#include "subscriber/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "runtime/trace/span.h"
#include "subscriber/filtering.h"

namespace ari::subscriber {
namespace {

using testing::ElementsAre;
using trace::Level;
using trace::Metadata;
using trace::SpanId;
using trace::Value;

constexpr std::string_view kId[] = {"id"};
constexpr Metadata kTask{"runtime.spawn", "ari::task", Level::kTrace, kId};
constexpr Metadata kRequest{"request", "server::http", Level::kInfo, kId};
constexpr Metadata kInfo{"", "server::http", Level::kInfo, kId};
constexpr Metadata kDebug{"", "server::http", Level::kDebug, kId};
constexpr Metadata kOther{"", "app", Level::kWarn, {}};
constexpr Metadata kPollOp{"", "runtime::resource::poll_op", Level::kTrace, {}};

// Which of the callsites above are let in, outside of all scopes.
std::string let_in(const Filter& filter) {
  std::string out;
  const auto add = [&](const char* name, Verdict verdict) {
    if (verdict.is_in) out += std::string(out.empty() ? "" : " ") + name;
  };
  add("task", filter.verdict(kTask));
  add("request", filter.verdict(kRequest));
  add("info", filter.verdict(kInfo));
  add("debug", filter.verdict(kDebug));
  add("other", filter.verdict(kOther));
  add("poll-op", filter.verdict(kPollOp));
  add("waker", filter.waker_verdict());
  return out;
}

struct Spec {
  const char* value;
  const char* want;
  const char* want_complaint = nullptr;
};
constexpr const char* kAll = "task request info debug other poll-op waker";
constexpr Spec kSpecs[] = {
    {"", kAll},
    {"trace", kAll},
    {"info", "request info other"},
    {"INFO", "request info other"},
    {" warn ,", "other"},
    {"off", ""},
    {"server=debug", "request info debug"},  // the rest is left out, since this lets in something
    {"server", "request info debug"},
    {"server=off", "task other poll-op waker"},        // the rest is let in, since this does not
    {"server=off,server::http=info", "request info"},  // the longer target
    {"server::http=info,server=off", "request info"},
    {"info,app=error", "request info"},
    {"app=error,app=warn", "other"},  // the later
    {"kind:waker=off,kind:poll-op=off", "task request info debug other"},
    {"off,kind:spawn", "task"},
    {"server=off,kind:event=info", "info other"},  // a kind before a target
    {"off,[request]", ""},                         // nothing is inside of one here
    {"runtime::waker", "waker"},
    // Whatever is not understood costs only itself.
    {"debgu=info=3", kAll,
     R"(unknown level "info=3" in "debgu=info=3": expected off, error, warn, )"
     R"(info, debug or trace; this directive is left out)"},
    {"info,kind:task=off", "request info other",
     R"(unknown kind "task" in "kind:task=off": expected one of spawn, resource, async-op, poll, )"
     R"(waker, poll-op, resource-state, async-op-state, span, event; this directive is left out)"},
    {"info,[request", "request info other",
     R"(cannot read "[request": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
    {"info,info;debug", "request info other",
     R"(cannot read "info;debug": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
    {"info,app:debug", "request info other",
     R"(cannot read "app:debug": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
    {"info,*=error", "request info other",
     R"(cannot read "*=error": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
    {"info,5", "request info other",
     R"(cannot read "5": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
    {"info,my_app::error", "request info other"},  // a target
    {"info,[]", "request info other",
     R"(cannot read "[]": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
    {"info,[{id=(}]", "request info other",
     R"x(cannot read the regular expression in "[{id=(}]": missing ): (; this directive is left out)x"},
    {"\x1b[2J", kAll,
     R"(cannot read "\u{1b}[2J": expected LEVEL, TARGET=LEVEL, kind:KIND=LEVEL or )"
     R"(TARGET[SPAN{FIELD=REGEX}]=LEVEL; this directive is left out)"},
};

TEST(Filter, LetsInWhatTheMostSpecificDirectiveSays) {
  for (const Spec& c : kSpecs) {
    SCOPED_TRACE(c.value);
    std::vector<std::string> complaints;
    EXPECT_EQ(let_in(Filter::parse(c.value, complaints)), c.want);
    if (c.want_complaint == nullptr) {
      EXPECT_THAT(complaints, testing::IsEmpty());
    } else {
      EXPECT_THAT(complaints, ElementsAre(c.want_complaint));
    }
  }
}

// Writes down what it hears: "new 3 in 1", "enter 3", "event in 3", …
class Notes final : public trace::Subscriber {
 public:
  void new_span(SpanId id, SpanId parent, const Metadata&,
                std::span<const Value>) noexcept override {
    add("new", id, parent);
  }
  void enter(SpanId id, trace::EnterReason) noexcept override { add("enter", id); }
  void exit(SpanId id, std::source_location) noexcept override { add("exit", id); }
  void close(SpanId id, trace::Outcome) noexcept override { add("close", id); }
  void event(SpanId in, const Metadata&, std::span<const Value>) noexcept override {
    add("event in", in);
  }
  void waker(SpanId in, trace::WakerOp, SpanId task) noexcept override { add("waker", task, in); }

  std::vector<std::string> lines;

 private:
  void add(std::string word, SpanId id, SpanId in = trace::kNoSpan) {
    word += ' ' + std::to_string(id);
    if (in != trace::kNoSpan) word += " in " + std::to_string(in);
    lines.push_back(std::move(word));
  }
};

// Ids as a test likes them: trace::next_id() counts for the whole process.
class FilteringTest : public testing::Test {
 protected:
  Filtering& filtering(const char* value) {
    std::vector<std::string> complaints;
    filtering_ = std::make_unique<Filtering>(Filter::parse(value, complaints), notes_);
    EXPECT_THAT(complaints, testing::IsEmpty());
    return *filtering_;
  }
  void open(SpanId id, SpanId parent, const Metadata& metadata, std::uint64_t field) {
    const Value values[] = {Value(field)};
    filtering_->new_span(id, parent, metadata, values);
  }
  void enter(SpanId id) {
    trace::SpanStack::here().push(id);
    filtering_->enter(id, trace::EnterReason::kPoll);
  }
  void exit(SpanId id) {
    filtering_->exit(id, {});
    trace::SpanStack::here().pop(id);
  }
  void event(const Metadata& metadata, std::uint64_t field) {
    const Value values[] = {Value(field)};
    filtering_->event(trace::current_span(), metadata, {values, metadata.fields.empty() ? 0u : 1u});
  }

  Notes notes_;
  std::unique_ptr<Filtering> filtering_;
};

TEST_F(FilteringTest, GivesTheChildrenOfWhatItLeavesOutToTheSpanAround) {
  filtering("kind:spawn=off");
  open(1, 0, kRequest, 7);
  open(2, 1, kTask, 2);
  open(3, 2, kRequest, 8);
  enter(2);
  event(kInfo, 1);
  filtering_->waker(2, trace::WakerOp::kWake, 2);
  exit(2);
  filtering_->close(3, trace::Outcome::kCompleted);
  filtering_->close(2, trace::Outcome::kCompleted);
  filtering_->waker(0, trace::WakerOp::kDrop, 2);  // a late one
  EXPECT_THAT(notes_.lines, ElementsAre("new 1", "new 3 in 1", "event in 1", "close 3"));
}

TEST_F(FilteringTest, FollowsAScopeIntoTheTasksThatAreSpawnedInIt) {
  filtering("off,[request{id=^42$}]=debug");
  open(1, 0, kRequest, 42);
  open(2, 0, kRequest, 142);
  enter(2);
  event(kDebug, 1);
  exit(2);
  enter(1);
  event(kDebug, 1);
  open(3, 1, kTask, 3);  // TRACE: itself left out, what it says is not
  exit(1);
  enter(3);
  event(kOther, 0);
  event(kPollOp, 0);
  exit(3);
  EXPECT_THAT(notes_.lines, ElementsAre("new 1", "enter 1", "event in 1", "exit 1", "event in 1"));
}

TEST_F(FilteringTest, LeavesOutWhatIsInsideOfASpan) {
  filtering("[request]=off");
  open(1, 0, kRequest, 1);
  enter(1);
  event(kOther, 0);
  exit(1);
  event(kOther, 0);
  EXPECT_THAT(notes_.lines, ElementsAre("event in 0"));
}

TEST_F(FilteringTest, JudgesAnEventByItsOwnField) {
  filtering("off,[{id=\"^1[02]$\"}]");
  for (std::uint64_t id = 9; id < 14; ++id) event(kInfo, id);
  event(kOther, 0);
  EXPECT_EQ(notes_.lines.size(), 2U);
}

// More callsites than the table of verdicts holds are all judged.
TEST_F(FilteringTest, JudgesAnyNumberOfCallsites) {
  filtering("info");
  std::vector<Metadata> callsites(20'000, kInfo);
  for (std::size_t i = 0; i < callsites.size(); i += 2) callsites[i] = kDebug;
  for (int round = 0; round < 2; ++round) {
    notes_.lines.clear();
    for (const Metadata& callsite : callsites) event(callsite, 0);
    EXPECT_EQ(notes_.lines.size(), callsites.size() / 2);
  }
}

// Against a map, with more open spans than the buckets hold.
TEST(SpanMarks, AgreesWithAMapOfTheOpenSpans) {
  std::mt19937 random(20261127);  // NOLINT: the seed is fixed on purpose
  SpanMarks marks;
  std::map<SpanId, SpanMark> open;
  SpanId next = 1;
  for (int i = 0; i < 300'000; ++i) {
    if (open.size() < 1000 || random() % 8 != 0) {
      const SpanMark mark{true, static_cast<Scopes>(random() % (1u << kMostScopes)), random()};
      marks.set(next, mark);
      open.emplace(next++, mark);
    } else {
      const auto it = open.lower_bound(random() % next);
      if (it == open.end()) continue;
      ASSERT_EQ(marks.find(it->first).recorded_in, it->second.recorded_in);
      ASSERT_EQ(marks.find(it->first).scopes, it->second.scopes);
      marks.close(it->first);
      open.erase(it);
    }
  }
  for (const auto& [id, mark] : open) ASSERT_EQ(marks.find(id).recorded_in, mark.recorded_in);
  EXPECT_FALSE(marks.find(next).is_left_out);
}

}  // namespace
}  // namespace ari::subscriber
