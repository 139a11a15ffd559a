#include "runtime/sync/rwlock.h"

#include <stdexcept>

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::rwlock";
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, trace::kResourceFields};

constexpr std::string_view kMaxReadersFields[] = {"max_readers"};
constexpr std::string_view kWriteLockedFields[] = {"write_locked", "write_locked.op"};
constexpr std::string_view kReadersFields[] = {"current_readers", "current_readers.op"};
constexpr Metadata kMaxReadersIs{"", trace::kStateUpdate, Level::kTrace, kMaxReadersFields};
constexpr Metadata kWriteLocked{"", trace::kStateUpdate, Level::kTrace, kWriteLockedFields};
constexpr Metadata kReaders{"", trace::kStateUpdate, Level::kTrace, kReadersFields};

std::uint32_t checked(std::uint32_t max_readers) {
  if (max_readers == 0 || max_readers > RawRwLock::kMaxReaders) {
    throw std::invalid_argument("ari: a RwLock has 1 to RwLock::kMaxReaders readers");
  }
  return max_readers;
}

BatchSemaphore make_inside(const trace::Span& resource, std::uint32_t max_readers) noexcept {
  {
    const trace::Span::Entered in(resource);
    trace::event(kMaxReadersIs, {max_readers});
    trace::event(kWriteLocked, {false, trace::Value()});
    trace::event(kReaders, {0, trace::Value()});
  }
  const trace::Span::Entered in(resource);
  return BatchSemaphore(max_readers);
}

}  // namespace

RawRwLock::RawRwLock(std::uint32_t max_readers, std::source_location at)
    : max_readers_(checked(max_readers)),
      holder_(at),
      resource_(trace::open_resource(kResource, "RwLock", "Sync", at)),
      semaphore_(make_inside(resource_, max_readers)) {}

RawRwLock::~RawRwLock() {
  const trace::Span closes_first = std::move(resource_);  // before the semaphore's, as in Tokio
}

void RawRwLock::end_read(Holders::Place place) noexcept {
  readers_.leave(place);
  semaphore_.release(1);
  tell_readers("sub");
}

void RawRwLock::end_write() noexcept {
  holder_.clear();
  semaphore_.release(max_readers_);
  tell_write_locked(false);
}

void RawRwLock::downgrade() noexcept {
  holder_.clear();
  semaphore_.release(max_readers_ - 1);
  tell_write_locked(false);
  tell_readers("add");
}

void RawRwLock::tell_readers(const char* op) const noexcept {
  const trace::Span::Entered in(resource_);
  trace::event(kReaders, {1, op});
}

void RawRwLock::tell_write_locked(bool locked) const noexcept {
  const trace::Span::Entered in(resource_);
  trace::event(kWriteLocked, {locked, "override"});
}

}  // namespace ari::sync
