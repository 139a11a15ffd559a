// Recorder: a Subscriber that keeps what it hears, for tests to read.
//
// It writes in the shorthand of the instrumentation reference: T, R, O, P and S are spans
// (task, resource, async op, its poll, the program's own), numbered as they are opened:
//
//   R2 O3 P4 | poll_op poll_elapsed true      an event, with the span's parents before it
//   - | wake(T1)                              a waker event outside of any span
//   T1 | joins JoinSet::join_next T2 T3, any of 2
//   T1 | destroy                              entered to be destroyed
//   T1 | close completed
//
// It listens from its making to its end. Any thread may be heard.
#pragma once

#include <map>
#include <mutex>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "runtime/trace/dispatch.h"

namespace ari::test {

class Recorder final : public trace::Subscriber {
 public:
  Recorder() { trace::set_subscriber(this); }
  ~Recorder() override { trace::set_subscriber(nullptr); }

  // One line per call, in order.
  std::vector<std::string> lines() const;
  // The thread of each line: 0 for the first that was heard, 1 for the second, …
  std::vector<std::size_t> threads() const;
  // All of them, each ended by LF.
  std::string text() const;
  // Those from the first that is `first` to the next that is `last`, both included.
  std::string between(const std::string& first, const std::string& last) const;

  // How often the operation was told of the span's wakers: "clone(T1)".
  int count(const std::string& waker_event) const;

  // A span's fields as told when it was opened: `kind=task task.name= …`.
  std::string fields(const std::string& span) const;
  std::string target(const std::string& span) const;
  // The places in which its polls were suspended, as FILE-LESS line numbers; 0 for none.
  std::vector<unsigned> parked_lines(const std::string& span) const;
  // The id that the runtime gave the span.
  trace::SpanId id(const std::string& span) const;

  void new_span(trace::SpanId id, trace::SpanId parent, const trace::Metadata& metadata,
                std::span<const trace::Value> values) noexcept override;
  void enter(trace::SpanId id, trace::EnterReason reason) noexcept override;
  void exit(trace::SpanId id, std::source_location parked_at) noexcept override;
  void close(trace::SpanId id, trace::Outcome outcome) noexcept override;
  void event(trace::SpanId in, const trace::Metadata& metadata,
             std::span<const trace::Value> values) noexcept override;
  void waker(trace::SpanId in, trace::WakerOp op, trace::SpanId task) noexcept override;

 private:
  struct Seen {
    std::string name;  // T1
    trace::SpanId parent;
    std::string target;
    std::string fields;
    std::vector<unsigned> parked;
  };
  const Seen& seen(const std::string& name) const;
  std::string name(trace::SpanId id) const;
  std::string scope(trace::SpanId id) const;
  std::string show_joins(std::span<const trace::Value> values) const;
  void add(trace::SpanId in, const std::string& what);

  mutable std::mutex mutex_;
  std::map<trace::SpanId, Seen> spans_;
  std::vector<std::string> lines_;
  std::vector<std::size_t> threads_;
  std::map<std::thread::id, std::size_t> thread_numbers_;
};

}  // namespace ari::test
