#include "subscriber/begins_at_first.h"

#include <mutex>
#include <utility>

#include "runtime/trace/dispatch.h"

namespace ari::subscriber {

namespace {

class BeginsAtFirst final : public trace::Subscriber {
 public:
  explicit BeginsAtFirst(std::function<trace::Subscriber*()> start) : start_(std::move(start)) {}

  void new_span(trace::SpanId id, trace::SpanId parent, const trace::Metadata& metadata,
                std::span<const trace::Value> values) noexcept override {
    if (auto* s = started()) s->new_span(id, parent, metadata, values);
  }
  void enter(trace::SpanId id, trace::EnterReason reason) noexcept override {
    if (auto* s = started()) s->enter(id, reason);
  }
  void exit(trace::SpanId id, std::source_location parked_at) noexcept override {
    if (auto* s = started()) s->exit(id, parked_at);
  }
  void close(trace::SpanId id, trace::Outcome outcome) noexcept override {
    if (auto* s = started()) s->close(id, outcome);
  }
  void event(trace::SpanId in, const trace::Metadata& metadata,
             std::span<const trace::Value> values) noexcept override {
    if (auto* s = started()) s->event(in, metadata, values);
  }
  void waker(trace::SpanId in, trace::WakerOp op, trace::SpanId task) noexcept override {
    if (auto* s = started()) s->waker(in, op, task);
  }

 private:
  trace::Subscriber* started() noexcept {
    std::call_once(once_, [this] {
      started_ = start_();
      trace::set_subscriber(started_);
    });
    return started_;
  }

  std::function<trace::Subscriber*()> start_;
  std::once_flag once_;
  trace::Subscriber* started_ = nullptr;
};

}  // namespace

trace::Subscriber* begin_at_first_event(std::function<trace::Subscriber*()> start) {
  return new BeginsAtFirst(std::move(start));
}

}  // namespace ari::subscriber
