// Happenings: a log in short that has resources, for tests of the model.
//
// As Step, but of any span: one happening is one record with its text owned. A list of them
// is folded by the model itself (fold_happenings) and, straight from the definitions, by
// SlowResources; the tests hold the two against each other and against captures.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "replay/model/model.h"
#include "subscriber/record.h"

namespace ari::test {

using FieldValue = std::variant<std::uint64_t, std::int64_t, bool, std::string>;

struct Happening {
  subscriber::RecordKind kind{};
  std::int64_t at_ns = 0;
  std::uint32_t thread = 1;  // 0: the log does not tell
  replay::SpanId span = 0;
  replay::SpanId parent = 0;
  std::string name;    // kNew
  std::string target;  // kEvent
  std::vector<std::pair<std::string, FieldValue>> fields;
  subscriber::WakerOp op{};  // kWaker
  replay::SpanId task = 0;   // kWaker
};
using Happenings = std::vector<Happening>;

inline constexpr const char* kTask = "runtime.spawn";
inline constexpr const char* kResource = "runtime.resource";
inline constexpr const char* kOp = "runtime.resource.async_op";
inline constexpr const char* kOpPoll = "runtime.resource.async_op.poll";
inline constexpr const char* kPollOp = "runtime::resource::poll_op";
inline constexpr const char* kResourceState = "runtime::resource::state_update";
inline constexpr const char* kOpState = "runtime::resource::async_op::state_update";

// The happenings as a log of one line each, from line 1, folded with resources, unless only
// deadlocks are asked for.
replay::Model fold_happenings(const Happenings& log, replay::FoldOptions options);

// All about each, one `name=value` a line, for messages and comparisons. Lines of the log
// are left out.
std::string show(const std::deque<replay::Resource>& resources);
std::string show(const std::deque<replay::AsyncOp>& ops);
std::string show(const std::vector<replay::Attribute>& attributes);
// The happenings, one a line, to repeat a failure by hand.
std::string show(const Happenings& log);

}  // namespace ari::test
