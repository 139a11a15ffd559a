#include "runtime/sync/semaphore.h"

namespace ari::sync {

namespace {

using trace::Level;
using trace::Metadata;

constexpr std::string_view kTarget = "ari::sync::semaphore";
constexpr std::string_view kResourceFields[] = {"concrete_type", "kind",    "loc.file",
                                                "loc.line",      "loc.col", "inherits_child_attrs"};
constexpr Metadata kResource{trace::kResourceName, kTarget, Level::kTrace, kResourceFields};

BatchSemaphore make_inside(const trace::Span& resource, std::size_t permits) {
  if (permits > Semaphore::kMaxPermits) {
    throw std::length_error("ari: a semaphore of more than Semaphore::kMaxPermits permits");
  }
  const trace::Span::Entered in(resource);
  return BatchSemaphore(permits);
}

template <class Owner>
std::optional<BasicSemaphorePermit<Owner>> permit_if(bool acquired, Owner semaphore,
                                                     std::size_t count) noexcept {
  if (!acquired) return std::nullopt;
  return BasicSemaphorePermit<Owner>(std::move(semaphore), count);
}

}  // namespace

AcquireError::AcquireError() : std::runtime_error("ari: the semaphore is closed") {}

Semaphore::Semaphore(std::size_t permits, std::source_location at)
    : made_at_(at),
      resource_(trace::Span::root(
          kResource, {"Semaphore", "Sync", at.file_name(), at.line(), at.column(), true})),
      semaphore_(make_inside(resource_, permits)) {}

SemaphoreFuture<Semaphore*> Semaphore::acquire() noexcept {
  return SemaphoreFuture<Semaphore*>(this, 1, "Semaphore::acquire");
}

SemaphoreFuture<Semaphore*> Semaphore::acquire_many(std::uint32_t count) noexcept {
  return SemaphoreFuture<Semaphore*>(this, count, "Semaphore::acquire_many");
}

std::optional<SemaphorePermit> Semaphore::try_acquire() noexcept { return try_acquire_many(1); }

std::optional<SemaphorePermit> Semaphore::try_acquire_many(std::uint32_t count) noexcept {
  return permit_if(semaphore_.try_acquire(count), this, count);
}

void Semaphore::add_permits(std::size_t count) {
  if (count > kMaxPermits - available_permits()) {
    throw std::length_error("ari: a semaphore would have more than Semaphore::kMaxPermits permits");
  }
  semaphore_.release(count);
}

SemaphoreFuture<std::shared_ptr<Semaphore>> acquire_owned(
    std::shared_ptr<Semaphore> semaphore) noexcept {
  return {std::move(semaphore), 1, "Semaphore::acquire_owned"};
}

SemaphoreFuture<std::shared_ptr<Semaphore>> acquire_many_owned(std::shared_ptr<Semaphore> semaphore,
                                                               std::uint32_t count) noexcept {
  return {std::move(semaphore), count, "Semaphore::acquire_many_owned"};
}

std::optional<OwnedSemaphorePermit> try_acquire_owned(
    std::shared_ptr<Semaphore> semaphore) noexcept {
  return try_acquire_many_owned(std::move(semaphore), 1);
}

std::optional<OwnedSemaphorePermit> try_acquire_many_owned(std::shared_ptr<Semaphore> semaphore,
                                                           std::uint32_t count) noexcept {
  const bool acquired = semaphore->semaphore_.try_acquire(count);
  return permit_if(acquired, std::move(semaphore), count);
}

}  // namespace ari::sync
