// Semaphore: lets so many through at a time.
//
//   ari::sync::Semaphore slots(10);
//   {
//     auto permit = co_await slots.acquire();   // waits while ten are inside
//     …
//   }                                           // the permit goes back
//
// Fair: who came first gets its permits first, however many it asks for. Any thread may
// use it; permits may go back on any thread. It must outlive its permits, whoever waits
// for them, and the calls that give them back: who got the last permit of add_permits() must not
// destroy it before that has returned. Where that is hard to say, hold it by shared_ptr and take
// owned permits, which keep it alive:
//
//   auto slots = std::make_shared<ari::sync::Semaphore>(10, std::source_location::current());
//   auto permit = co_await acquire_owned(slots);
//   ari::spawn(serve(std::move(permit)));
//
// In logs it is a resource "Semaphore" and in it another, internal one that counts the
// `permits`; acquire() is an async op "Semaphore::acquire".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "runtime/sync/batch_semaphore.h"
#include "runtime/sync/holders.h"
#include "runtime/sync/permit_op.h"

namespace ari::sync {

template <class Owner>
class BasicSemaphorePermit;
template <class Owner>
class SemaphoreFuture;

class Semaphore;
using SemaphorePermit = BasicSemaphorePermit<Semaphore*>;
using OwnedSemaphorePermit = BasicSemaphorePermit<std::shared_ptr<Semaphore>>;

// Thrown by co_await of an acquire when the semaphore is closed, then or meanwhile.
class AcquireError : public std::runtime_error {
 public:
  AcquireError();
};

class Semaphore {
 public:
  static constexpr std::size_t kMaxPermits = BatchSemaphore::kMaxPermits;

  // `at` is where the log says that it was made; give it to std::make_shared, which would
  // otherwise name a file of the standard library. Throws std::length_error for more than
  // kMaxPermits.
  explicit Semaphore(std::size_t permits,
                     std::source_location at = std::source_location::current());
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  // A Future; its result is the permit, for one or several at once. Throws AcquireError.
  SemaphoreFuture<Semaphore*> acquire() noexcept;
  SemaphoreFuture<Semaphore*> acquire_many(std::uint32_t count) noexcept;

  // Takes permits if they are free now; nothing if not, or if it is closed.
  std::optional<SemaphorePermit> try_acquire() noexcept;
  std::optional<SemaphorePermit> try_acquire_many(std::uint32_t count) noexcept;

  // More permits. Throws std::length_error, and adds none, if there were more than
  // kMaxPermits free. Requires: with those that are held there are no more than that either.
  void add_permits(std::size_t count);

  // Takes away up to `count` permits, of those that are free; how many it were.
  std::size_t forget_permits(std::size_t count) noexcept { return semaphore_.forget(count); }

  // How many are free now.
  std::size_t available_permits() const noexcept { return semaphore_.available(); }

  // No permits are given any more; whoever waits learns it now.
  void close() noexcept { semaphore_.close(); }
  bool is_closed() const noexcept { return semaphore_.is_closed(); }

 private:
  template <class Owner>
  friend class BasicSemaphorePermit;
  template <class Owner>
  friend class SemaphoreFuture;
  friend std::optional<OwnedSemaphorePermit> try_acquire_many_owned(
      std::shared_ptr<Semaphore> semaphore, std::uint32_t count) noexcept;

  const std::source_location made_at_;
  Holders holders_;
  trace::Span resource_;
  BatchSemaphore semaphore_;
};

// Permits of a semaphore: they go back when it is destroyed. Moved, not copied.
template <class Owner>
class [[nodiscard("dropped at once, it holds nobody off")]] BasicSemaphorePermit {
 public:
  // Takes over permits that were acquired. For the functions that acquire, in the task that does.
  BasicSemaphorePermit(Owner semaphore, std::size_t count) noexcept
      : semaphore_(std::move(semaphore)),
        count_(count),
        place_(count > 0 ? semaphore_->holders_.enter() : Holders::Place::kNone) {}
  BasicSemaphorePermit(BasicSemaphorePermit&& other) noexcept
      : semaphore_(std::move(other.semaphore_)),
        count_(std::exchange(other.count_, 0)),
        place_(std::exchange(other.place_, Holders::Place::kNone)) {}
  BasicSemaphorePermit& operator=(BasicSemaphorePermit other) noexcept {
    std::swap(semaphore_, other.semaphore_);
    std::swap(count_, other.count_);
    std::swap(place_, other.place_);
    return *this;
  }
  ~BasicSemaphorePermit() {
    leave_place();
    if (count_ > 0) semaphore_->semaphore_.release(count_);
  }

  std::size_t num_permits() const noexcept { return count_; }

  // They never go back: the semaphore has fewer from now on.
  void forget() noexcept {
    leave_place();
    count_ = 0;
  }

  // Parts with `count` of them; nothing if there are fewer.
  std::optional<BasicSemaphorePermit> split(std::size_t count) noexcept {
    if (count > count_) return std::nullopt;
    count_ -= count;
    if (count_ == 0) leave_place();  // so that the part finds it free
    return BasicSemaphorePermit(semaphore_, count);
  }

  // Takes the other's permits over. Throws std::invalid_argument if they are of another
  // semaphore.
  void merge(BasicSemaphorePermit other) {
    if (other.semaphore_ != semaphore_) {
      throw std::invalid_argument("ari: permits of two semaphores cannot be merged");
    }
    count_ += std::exchange(other.count_, 0);
    if (place_ == Holders::Place::kNone) place_ = std::exchange(other.place_, place_);
  }

 private:
  void leave_place() noexcept {
    // The semaphore of a permit that was forgotten or moved from may be gone.
    if (place_ != Holders::Place::kNone) {
      semaphore_->holders_.leave(std::exchange(place_, Holders::Place::kNone));
    }
  }

  Owner semaphore_;
  std::size_t count_;
  Holders::Place place_;
};

// One acquire. A Future; stays where it is. Destroyed while it waits, it leaves the queue
// and gives back what it got.
template <class Owner>
class [[nodiscard("nothing is acquired before it is co_awaited")]] SemaphoreFuture {
 public:
  SemaphoreFuture(Owner semaphore, std::size_t count, std::string_view source) noexcept
      : semaphore_(std::move(semaphore)),
        count_(count),
        op_(semaphore_->resource_, semaphore_->semaphore_, count, source,
            PermitOpNesting::kSemaphore) {}
  SemaphoreFuture(const SemaphoreFuture&) = delete;
  SemaphoreFuture& operator=(const SemaphoreFuture&) = delete;

  Poll poll(Context& cx) noexcept {
    if (op_.poll(cx) == Poll::kPending) return Poll::kPending;
    if (op_.granted()) {
      permit_.emplace(std::move(semaphore_), count_);
    }
    return Poll::kReady;
  }
  task::Wait wait() const noexcept {
    task::Wait wait = op_.wait();
    wait.made_at = semaphore_->made_at_;
    wait.permits = {count_, semaphore_->available_permits()};
    semaphore_->holders_.add_to(wait);
    return wait;
  }
  BasicSemaphorePermit<Owner> result() {
    if (!permit_) throw AcquireError();
    return *std::move(permit_);
  }

 private:
  Owner semaphore_;
  const std::size_t count_;
  PermitOp op_;
  std::optional<BasicSemaphorePermit<Owner>> permit_;
};

// The same with permits that keep the semaphore alive.
SemaphoreFuture<std::shared_ptr<Semaphore>> acquire_owned(
    std::shared_ptr<Semaphore> semaphore) noexcept;
SemaphoreFuture<std::shared_ptr<Semaphore>> acquire_many_owned(std::shared_ptr<Semaphore> semaphore,
                                                               std::uint32_t count) noexcept;
std::optional<OwnedSemaphorePermit> try_acquire_owned(
    std::shared_ptr<Semaphore> semaphore) noexcept;
std::optional<OwnedSemaphorePermit> try_acquire_many_owned(std::shared_ptr<Semaphore> semaphore,
                                                           std::uint32_t count) noexcept;

}  // namespace ari::sync
