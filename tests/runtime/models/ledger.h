// Ledger: a Subscriber that keeps account of what it hears, to be balanced in the end.
//
//   test::Ledger ledger;
//   …                                     // waits, wakes, gives up, in any order
//   ledger.expect_open_ops(waits);        // so many waits are open, not one more
//   ledger.expect_attribute("len", 2);    // and so it says of what is waited for
//   ledger.expect_balanced();             // all has ended: nothing is left open, entered or held
//
// A log that says of a wait that it goes on, though its future has gone, or of a task that somebody
// could still wake it, though nobody can, leads whoever reads it astray. For one thread.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "runtime/trace/dispatch.h"
#include "runtime/trace/resource.h"

namespace ari::test {

class Ledger final : public trace::Subscriber {
 public:
  Ledger() { trace::set_subscriber(this); }
  ~Ledger() override { trace::set_subscriber(nullptr); }

  // Of those whose source is this.
  void expect_open_ops(std::string_view source, std::size_t count) const {
    std::size_t open = 0;
    for (const auto& [id, span] : open_) open += span.source == source;
    EXPECT_EQ(open, count) << source;
  }
  void expect_open_ops(std::size_t count) const {
    std::size_t open = 0;
    for (const auto& [id, span] : open_) open += !span.source.empty();
    EXPECT_EQ(open, count);
  }

  void expect_open_resources(std::size_t count) const {
    std::size_t open = 0;
    for (const auto& [id, span] : open_) open += span.name == trace::kResourceName;
    EXPECT_EQ(open, count);
  }

  // What the log says of the resource that has this attribute: what was told last, and what was
  // added to it and taken off since. Of one resource only.
  void expect_attribute(std::string_view name, std::int64_t value) const {
    std::size_t found = 0;
    for (const auto& [id, span] : open_) {
      const auto told = span.attributes.find(std::string(name));
      if (told == span.attributes.end()) continue;
      EXPECT_EQ(told->second, value) << name;
      ++found;
    }
    EXPECT_EQ(found, 1u) << name;
  }

  void expect_balanced() const {
    for (const auto& [id, span] : open_) {
      ADD_FAILURE() << "left open: " << span.name << " " << span.source;
    }
    for (const auto& [task, wakers] : wakers_) EXPECT_EQ(wakers, 0) << "wakers of task " << task;
  }

  void new_span(trace::SpanId id, trace::SpanId parent, const trace::Metadata& metadata,
                std::span<const trace::Value> values) noexcept override {
    Span span{std::string(metadata.name), {}, parent, 0, 0, {}};
    if (metadata.name == "runtime.resource.async_op") span.source = values.front().text();
    if (parent != trace::kNoSpan) ++of(parent).children;
    EXPECT_TRUE(open_.emplace(id, span).second) << "an id is used once";
  }
  void enter(trace::SpanId id, trace::EnterReason) noexcept override { ++of(id).entered; }
  void exit(trace::SpanId id, std::source_location) noexcept override {
    EXPECT_GT(of(id).entered--, 0) << "left without having been entered: " << of(id).name;
  }
  void close(trace::SpanId id, trace::Outcome) noexcept override {
    const Span span = of(id);
    EXPECT_EQ(span.entered, 0) << "closed inside: " << span.name;
    EXPECT_EQ(span.children, 0) << "closed before what is in it: " << span.name;
    if (span.parent != trace::kNoSpan) --of(span.parent).children;
    open_.erase(id);
  }
  void event(trace::SpanId in, const trace::Metadata& metadata,
             std::span<const trace::Value> values) noexcept override {
    if (in == trace::kNoSpan) return;
    static_cast<void>(of(in));
    if (metadata.target != trace::kStateUpdate) return;
    while (of(in).name != trace::kResourceName) in = of(in).parent;
    const trace::Value& value = values.front();
    std::int64_t number = 0;
    if (value.type() == trace::ValueType::kU64) number = static_cast<std::int64_t>(value.as_u64());
    if (value.type() == trace::ValueType::kI64) number = value.as_i64();
    if (value.type() == trace::ValueType::kBool) number = value.as_bool() ? 1 : 0;
    const bool has_op = values.size() > 1 && values[1].is_text();
    const std::string_view op = has_op ? values[1].text() : "override";
    std::int64_t& told = of(in).attributes[std::string(metadata.fields.front())];
    told = op == "add" ? told + number : op == "sub" ? told - number : number;
  }
  void waker(trace::SpanId, trace::WakerOp op, trace::SpanId task) noexcept override {
    int& wakers = wakers_[task];
    if (op == trace::WakerOp::kClone) ++wakers;
    if (op == trace::WakerOp::kDrop || op == trace::WakerOp::kWake) --wakers;
    EXPECT_GE(wakers, 0) << "more wakers gone than there were";
  }

 private:
  struct Span {
    std::string name;
    std::string source;  // of an async op
    trace::SpanId parent;
    int entered;
    int children;                                    // that are open
    std::map<std::string, std::int64_t> attributes;  // of a resource
  };
  Span& of(trace::SpanId id) noexcept {
    const auto found = open_.find(id);
    if (found != open_.end()) return found->second;
    ADD_FAILURE() << "span " << id << " is not open";
    return none_;
  }

  std::map<trace::SpanId, Span> open_;
  std::map<trace::SpanId, int> wakers_;  // by task
  Span none_{};
};

}  // namespace ari::test
