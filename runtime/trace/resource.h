// The vocabulary of resources: things that tasks wait for, as Tokio's logs show them.
//
// A timer, a Notify or a channel has a span "runtime.resource". Each use of it by a task,
// say one notified().await, has a span "runtime.resource.async_op" inside that and a span
// "runtime.resource.async_op.poll" inside the op. While the op is polled all three are
// entered, and what happens in between is told by events:
//
//   R1           new                        enter R1, O2, P3
//   R1 O2        new                          poll_op "poll_elapsed" is_ready=false
//   R1 O2 P3     new                        exit P3, O2, R1
//
// State updates are events of one attribute NAME, and NAME.op that says how it changed
// ("override", "add", "sub"); each primitive has its own.
//
// Some are made of others: a Mutex has a semaphore inside, and the op of lock() is an outer
// op, entered while the inner one, on the semaphore, is polled.
#pragma once

#include <concepts>
#include <source_location>

#include "runtime/trace/span.h"

namespace ari::trace {

// What a resource's Metadata needs to go with `open_resource`.
inline constexpr std::string_view kResourceName = "runtime.resource";
inline constexpr std::string_view kResourceFields[] = {"concrete_type", "kind", "loc.file",
                                                       "loc.line", "loc.col"};

// What the two Metadata of an async op need to go with AsyncOp.
inline constexpr std::string_view kAsyncOpName = "runtime.resource.async_op";
inline constexpr std::string_view kAsyncOpFields[] = {"source"};
inline constexpr std::string_view kAsyncOpPollName = "runtime.resource.async_op.poll";

// The target of events that tell a change of a resource's attribute.
inline constexpr std::string_view kStateUpdate = "runtime::resource::state_update";

// The target of events that tell a change of an async op's attribute.
inline constexpr std::string_view kAsyncOpStateUpdate = "runtime::resource::async_op::state_update";

// Opens a resource's span: never inside another one.
inline Span open_resource(const Metadata& metadata, std::string_view concrete_type,
                          std::string_view kind, std::source_location at) noexcept {
  return Span::root(metadata, {concrete_type, kind, at.file_name(), at.line(), at.column()});
}

// Tells whether an attempt to get on was successful, inside the op that is being polled.
void poll_op(std::string_view op_name, bool is_ready) noexcept;

// The spans of one use of a resource. Closes them, the inner one first.
class AsyncOp {
 public:
  AsyncOp(const Span& resource, const Metadata& op, const Metadata& poll,
          std::string_view source) noexcept
      : op_(Span::child_of(resource, op, {source})), poll_(Span::child_of(op_, poll, {})) {}

  // For one that opens its spans itself.
  AsyncOp(Span op, Span poll) noexcept : op_(std::move(op)), poll_(std::move(poll)) {}
  AsyncOp(AsyncOp&&) noexcept = default;
  AsyncOp& operator=(AsyncOp other) noexcept {
    std::swap(op_, other.op_);
    std::swap(poll_, other.poll_);
    return *this;
  }

  // The op's own span, for what is told of the op outside of its polls.
  const Span& span() const noexcept { return op_; }

  // Entered for the length of one poll.
  class [[nodiscard]] Polling {
   public:
    Polling(const Span& resource, const AsyncOp& op) noexcept
        : in_resource_(resource), in_op_(op.op_), in_poll_(op.poll_) {}

   private:
    Span::Entered in_resource_;
    Span::Entered in_op_;
    Span::Entered in_poll_;
  };

 private:
  Span op_;
  Span poll_;
};

// The Metadata of outer ops, which all primitives share; as in Tokio, where the target is
// tokio::util::trace.
extern const Metadata kOuterOp;
extern const Metadata kOuterOpPoll;

// Opens an outer op, to be made when it is first polled. `inside` is called while it is
// entered, to make an inner one if that is to be made now. With `inherits_child_attrs` what
// the inner one has for attributes is the outer one's too.
template <std::invocable Inside>
AsyncOp open_outer_op(const Span& resource, std::string_view source, bool inherits_child_attrs,
                      Inside inside) noexcept {
  const Span::Entered in_resource(resource);
  Span op = Span::contextual(kOuterOp, {source, inherits_child_attrs});
  const Span::Entered in_op(op);
  Span poll = Span::contextual(kOuterOpPoll, {});
  inside();
  return AsyncOp(std::move(op), std::move(poll));
}
inline AsyncOp open_outer_op(const Span& resource, std::string_view source,
                             bool inherits_child_attrs) noexcept {
  return open_outer_op(resource, source, inherits_child_attrs, [] {});
}

}  // namespace ari::trace
