#include "runtime/sync/mutex.h"

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::mutex";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};

constexpr std::string_view kLockedFields[] = {"locked"};
constexpr Metadata kLocked{"", trace::kStateUpdate, Level::kTrace, kLockedFields};

BatchSemaphore make_inside(const trace::Span& resource) noexcept {
  const trace::Span::Entered in(resource);
  trace::event(kLocked, {false});
  return BatchSemaphore(1);
}

}  // namespace

RawMutex::RawMutex(std::source_location at) noexcept
    : holder_(at),
      resource_(trace::open_resource(kResource, "Mutex", "Sync", at)),
      semaphore_(make_inside(resource_)) {}

RawMutex::~RawMutex() {
  const trace::Span closes_first = std::move(resource_);  // before the semaphore's, as in Tokio
}

void RawMutex::tell_locked() const noexcept {
  const trace::Span::Entered in(resource_);
  trace::event(kLocked, {true});
}

void RawMutex::unlock() noexcept {
  holder_.clear();
  semaphore_.release(1);
  const trace::Span::Entered in(resource_);
  trace::event(kLocked, {false});
}

}  // namespace ari::sync
