// Resources and async ops of real Tokio programs: against what tokio-console showed of the
// same runs, and against what the programs' own layer saw of them.
//
// Each layer has read its own clock, one after the other in every callback: so counts,
// attributes and who belongs to whom agree exactly, times to what lies between two reads.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include "replay/model/model.h"
#include "replay/model/op_state.h"
#include "tests/replay/model/slow_resources.h"
#include "tests/replay/model/truth.h"
#include "tests/support/run.h"

namespace ari::test {
namespace {

namespace dom = simdjson::dom;
using replay::AsyncOp;
using replay::Attribute;
using replay::Model;
using replay::Resource;
using replay::Semantics;
using replay::SpanId;
using Instant = std::optional<std::int64_t>;

// Between two layers lies the writing of a line; once in the life of a thing another thread
// may have its turn there.
constexpr std::int64_t kLayersApartNs = 100'000;
constexpr std::int64_t kThreadsTurnNs = 5'000'000;

void expect_about(std::int64_t got_ns, std::int64_t want_ns, std::uint64_t intervals,
                  const char* what) {
  const std::int64_t apart_ns =
      static_cast<std::int64_t>(intervals) * kLayersApartNs + kThreadsTurnNs;
  EXPECT_LE(std::abs(got_ns - want_ns), apart_ns) << what << ": " << got_ns << " for " << want_ns;
}

void expect_about(Instant got, Instant want, const char* what) {
  ASSERT_EQ(got.has_value(), want.has_value()) << what;
  if (got) expect_about(*got, *want, 1, what);
}

class ResourceCaptures : public testing::TestWithParam<std::string> {
 protected:
  Model fold_text(Semantics semantics) {
    auto model = replay::fold(capture_file(GetParam(), "ari-subscriber.log"),
                              {.semantics = semantics, .resources = true});
    EXPECT_TRUE(model.has_value()) << model.error().message;
    return std::move(model).value();
  }
  Model fold_truth(Semantics semantics) {
    return fold_happenings(read_whole_truth(GetParam()), {.semantics = semantics});
  }
  dom::element shown(const char* section) {
    return parser_.load(capture_file(GetParam(), "console-shows.json"))[section];
  }

 private:
  dom::parser parser_;
};

// ---- what tokio-console showed

SpanId span_or_0(dom::element value) {
  std::uint64_t id = 0;
  return value.get(id) ? 0 : id;
}

Instant instant_of(dom::element value) {
  std::int64_t ns = 0;
  if (value.get(ns)) return std::nullopt;
  return ns;
}

// "permits=3 duration=101ms", in the order of their names.
std::string shown_attributes(dom::object attributes) {
  std::map<std::string, std::string> sorted;
  for (const auto [name, attribute] : attributes) {
    std::string_view unit;
    if (attribute["unit"].get(unit)) unit = {};
    sorted[std::string(name)] = simdjson::to_string(attribute["value"].value()) + std::string(unit);
  }
  std::string out;
  for (const auto& [name, value] : sorted) out += name + "=" + value + " ";
  return out;
}

std::string text_of(const subscriber::Value& value) {
  switch (value.type()) {
    case subscriber::ValueType::kU64:
      return std::to_string(value.as_u64());
    case subscriber::ValueType::kI64:
      return std::to_string(value.as_i64());
    case subscriber::ValueType::kBool:
      return value.as_bool() ? "true" : "false";
    default:
      return value.is_text() ? std::string("\"").append(value.text()).append("\"") : "?";
  }
}

std::string our_attributes(const std::vector<Attribute>& attributes) {
  std::map<std::string, std::string> sorted;
  for (const Attribute& a : attributes) {
    sorted[std::string(a.name)] = text_of(a.value) + std::string(a.unit);
  }
  std::string out;
  for (const auto& [name, value] : sorted) out += name + "=" + value + " ";
  return out;
}

std::string our_location(const Resource& resource) {
  if (resource.location.line == 0) return "";
  return std::string(resource.location.file) + ":" + std::to_string(resource.location.line) + ":" +
         std::to_string(resource.location.column);
}

void expect_shown(const Resource& resource, dom::element want) {
  std::string_view location;
  if (want["location"].get(location)) location = {};
  EXPECT_EQ(resource.concrete_type, std::string_view(want["concrete_type"]));
  EXPECT_EQ(our_location(resource), location);
  EXPECT_EQ(resource.is_internal, bool{want["is_internal"]});
  EXPECT_EQ(resource.parent.span, span_or_0(want["parent"].value()));
  EXPECT_EQ(our_attributes(resource.attributes), shown_attributes(want["attributes"]));
  expect_about(resource.created_unix_ns, instant_of(want["created_at"].value()), "created");
  expect_about(resource.dropped_unix_ns, instant_of(want["dropped_at"].value()), "dropped");
}

void expect_shown(const AsyncOp& op, dom::element want) {
  EXPECT_EQ(op.source, std::string_view(want["source"]));
  EXPECT_EQ(op.resource.span, span_or_0(want["resource"].value()));
  EXPECT_EQ(op.parent_op.span, span_or_0(want["parent_op"].value()));
  EXPECT_EQ(op.task.span, span_or_0(want["task"].value()));
  EXPECT_EQ(op.polls, std::uint64_t{want["polls"]});
  EXPECT_EQ(our_attributes(op.attributes), shown_attributes(want["attributes"]));
  expect_about(op.busy_ns, std::int64_t{want["busy_ns"]}, 2 * op.polls, "busy");
  expect_about(op.created_unix_ns, instant_of(want["created_at"].value()), "created");
  expect_about(op.dropped_unix_ns, instant_of(want["dropped_at"].value()), "dropped");
  expect_about(op.first_poll_unix_ns, instant_of(want["first_poll"].value()), "first poll");
  expect_about(op.last_poll_started_unix_ns, instant_of(want["last_poll_started"].value()),
               "start");
  expect_about(op.last_poll_ended_unix_ns, instant_of(want["last_poll_ended"].value()), "end");
}

template <typename Things>
void expect_all_shown(const Things& things, dom::object want) {
  EXPECT_EQ(things.size(), want.size());
  for (const auto& thing : things) {
    SCOPED_TRACE(thing.span);
    dom::element shown;
    ASSERT_FALSE(want[std::to_string(thing.span)].get(shown));
    expect_shown(thing, shown);
  }
}

TEST_P(ResourceCaptures, AsAriTextInConsoleSemanticsAreWhatTheConsoleShowed) {
  const Model model = fold_text(Semantics::kConsole);
  expect_all_shown(model.resources, shown("resources"));
  expect_all_shown(model.ops, shown("async_ops"));
}

TEST_P(ResourceCaptures, WithThreadsInConsoleSemanticsAreWhatTheConsoleShowed) {
  const Model model = fold_truth(Semantics::kConsole);
  expect_all_shown(model.resources, shown("resources"));
  expect_all_shown(model.ops, shown("async_ops"));
}

// ---- the truth

TEST_P(ResourceCaptures, FoldedFromTheTruthAreTheDefinitions) {
  const SlowResources want = slow_resources(read_whole_truth(GetParam()), Semantics::kCorrected);
  const Model model = fold_truth(Semantics::kCorrected);
  EXPECT_EQ(show(model.resources), show(want.resources));
  EXPECT_EQ(show(model.ops), show(want.ops));
}

// Without threads a task may not be known; but a wrong one is never told.
void expect_task(const replay::Link& got, const replay::Link& want) {
  if (got) {
    EXPECT_EQ(got.span, want.span);
  }
}

// By span id: of two things made at once each layer may have seen another first.
template <typename Thing>
std::map<SpanId, const Thing*> by_span(const std::deque<Thing>& things) {
  std::map<SpanId, const Thing*> map;
  for (const Thing& thing : things) map[thing.span] = &thing;
  return map;
}

TEST_P(ResourceCaptures, AsAriTextAgreeWithTheTruthThoughItTellsNoThreads) {
  const Model model = fold_text(Semantics::kCorrected), truth = fold_truth(Semantics::kCorrected);
  EXPECT_EQ(model.resources.size(), truth.resources.size());
  const auto resources = by_span(model.resources);
  for (const Resource& want : truth.resources) {
    SCOPED_TRACE(want.span);
    ASSERT_TRUE(resources.contains(want.span));
    const Resource& got = *resources.at(want.span);
    EXPECT_EQ(got.parent.span, want.parent.span);
    EXPECT_EQ(our_attributes(got.attributes), our_attributes(want.attributes));
    expect_task(got.task, want.task);
    expect_about(got.total_ns, want.total_ns, 2, "total");
  }
  EXPECT_EQ(model.ops.size(), truth.ops.size());
  const auto ops = by_span(model.ops);
  for (const AsyncOp& want : truth.ops) {
    SCOPED_TRACE(want.span);
    ASSERT_TRUE(ops.contains(want.span));
    const AsyncOp& got = *ops.at(want.span);
    EXPECT_EQ(got.resource.span, want.resource.span);
    EXPECT_EQ(got.parent_op.span, want.parent_op.span);
    EXPECT_EQ(got.polls, want.polls);
    EXPECT_EQ(state_of(got), state_of(want));
    EXPECT_EQ(our_attributes(got.attributes), our_attributes(want.attributes));
    expect_task(got.task, want.task);
    expect_about(got.busy_ns, want.busy_ns, 2 * want.polls + 1, "busy");
    expect_about(got.total_ns, want.total_ns, 2, "total");
    EXPECT_EQ(got.busy_ns + got.idle_ns, got.total_ns);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ResourceCaptures, testing::ValuesIn(capture_folders()),
                         [](const auto& folder) {
                           std::string name = folder.param.substr(folder.param.rfind('/') + 1);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ari::test
