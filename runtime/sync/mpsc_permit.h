// Permits of a bounded mpsc channel (mpsc.h): places that are kept for values yet to be made.
//
//   auto permits = co_await tx.reserve_many(3);        // waits for three places
//   if (!permits) co_return;                           // the channel was closed
//   for (mpsc::Permit<Job> permit : *permits) {
//     if (nothing_to_do()) break;                      // what is left goes back
//     std::move(permit).send(make_job());
//   }
//
// A permit may be used on any thread, and outlive the sender that it came from.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/sync/mpsc_core.h"

namespace ari::sync::mpsc {

template <class T>
class Sender;

template <class T>
struct Letter : Inbox::Letter {
  explicit Letter(T v) noexcept : value(std::move(v)) {}
  T value;
};

// The right to send one value without waiting. Destroyed unused, it gives the place back.
// Until then the receiver waits for it, whatever becomes of the senders.
template <class T>
class [[nodiscard]] Permit {
 public:
  // Takes over one permit. For reserve().
  explicit Permit(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~Permit() {
    if (core_ != nullptr) core_->return_permits(1);
  }

  // Sends the value, also if the channel was closed since; destroys it if the receiver has
  // gone. Requires: it is the first time.
  void send(T value) && {
    auto letter = std::make_unique<Letter<T>>(std::move(value));
    const std::shared_ptr<Core> core = std::move(core_);
    if (core->send_with_permit(*letter)) letter.release();
  }

 private:
  std::shared_ptr<Core> core_;  // null once used or moved from
};

// Permits for several values, to be taken out one by one. Those that are left go back with it.
template <class T>
class [[nodiscard]] PermitIterator {
 public:
  // Takes over so many permits. For reserve_many().
  PermitIterator(std::shared_ptr<Core> core, std::size_t count) noexcept
      : core_(std::move(core)), left_(count) {}
  PermitIterator(PermitIterator&& other) noexcept
      : core_(std::move(other.core_)), left_(std::exchange(other.left_, 0)) {}
  PermitIterator& operator=(PermitIterator other) noexcept {
    std::swap(core_, other.core_);
    std::swap(left_, other.left_);
    return *this;
  }
  ~PermitIterator() {
    if (left_ > 0) core_->return_permits(left_);
  }

  std::size_t size() const noexcept { return left_; }
  bool empty() const noexcept { return left_ == 0; }

  // The next one, or nothing at the end.
  std::optional<Permit<T>> next() noexcept {
    if (left_ == 0) return std::nullopt;
    --left_;
    return Permit<T>(core_);
  }

  // For a range-based for, which takes one out in each turn.
  class Iterator {
   public:
    explicit Iterator(PermitIterator& from) noexcept : from_(from) {}
    // Requires: it is not at the end; and once in a turn.
    Permit<T> operator*() const noexcept { return *from_.next(); }
    Iterator& operator++() noexcept { return *this; }
    bool operator==(std::default_sentinel_t) const noexcept { return from_.empty(); }

   private:
    PermitIterator& from_;
  };
  Iterator begin() noexcept { return Iterator(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::shared_ptr<Core> core_;
  std::size_t left_;
};

// A permit that has a sender in it, for tasks that keep no other: the channel stays open for it.
// Destroyed unused, it gives the place back and drops the sender.
template <class T>
class [[nodiscard]] OwnedPermit {
 public:
  // Takes over the sender and one permit. For reserve_owned().
  explicit OwnedPermit(Sender<T> sender) noexcept : sender_(std::move(sender)) {}
  OwnedPermit(OwnedPermit&&) noexcept = default;
  OwnedPermit& operator=(OwnedPermit other) noexcept {
    std::swap(sender_, other.sender_);
    return *this;
  }
  ~OwnedPermit() { give_back(); }

  // Sends the value as a Permit does, and gives the sender back. Requires, as release() does:
  // neither was called before.
  Sender<T> send(T value) && {
    Sender<T> sender = std::move(sender_);
    Permit<T>(sender.core_.shared()).send(std::move(value));
    return sender;
  }

  // Gives the place back, and the sender.
  Sender<T> release() && noexcept {
    give_back();
    return std::move(sender_);
  }

 private:
  void give_back() noexcept {
    if (sender_.core_) sender_.core_->return_permits(1);
  }

  Sender<T> sender_;  // without its channel once used or moved from
};

// A Future; its result is a permit, or nothing if the channel was closed. Cancel safe in
// the way of Send.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] Reserve {
 public:
  static constexpr bool kMustUse = true;

  explicit Reserve(std::shared_ptr<Core> core) noexcept
      : core_(std::move(core)), wait_(*core_, "Sender::reserve") {}

  Poll poll(Context& cx) noexcept {
    const Poll poll = wait_.poll(cx, "poll_reserve", nullptr);
    if (poll == Poll::kReady && wait_.succeeded()) permit_.emplace(core_);
    return poll;
  }
  task::Wait wait() const noexcept { return {"mpsc::Sender::reserve", wait_.resource()}; }
  std::optional<Permit<T>> result() noexcept { return std::move(permit_); }

 private:
  std::shared_ptr<Core> core_;
  PermitWait wait_;
  std::optional<Permit<T>> permit_;
};

// The same for so many permits.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] ReserveMany {
 public:
  static constexpr bool kMustUse = true;

  ReserveMany(std::shared_ptr<Core> core, std::size_t count) noexcept
      : core_(std::move(core)), count_(count), wait_(*core_, "Sender::reserve_many", count) {}

  Poll poll(Context& cx) noexcept {
    const Poll poll = wait_.poll(cx, "poll_reserve_many", nullptr);
    if (poll == Poll::kReady && wait_.succeeded()) permits_.emplace(core_, count_);
    return poll;
  }
  task::Wait wait() const noexcept { return {"mpsc::Sender::reserve_many", wait_.resource()}; }
  std::optional<PermitIterator<T>> result() noexcept { return std::move(permits_); }

 private:
  std::shared_ptr<Core> core_;
  const std::size_t count_;
  PermitWait wait_;
  std::optional<PermitIterator<T>> permits_;
};

// The same for a permit that keeps the sender.
template <class T>
class [[nodiscard("does nothing until it is co_awaited")]] ReserveOwned {
 public:
  static constexpr bool kMustUse = true;

  explicit ReserveOwned(Sender<T> sender) noexcept
      : sender_(std::move(sender)), wait_(*sender_.core_, "Sender::reserve_owned") {}

  Poll poll(Context& cx) noexcept {
    const Poll poll = wait_.poll(cx, "poll_reserve_owned", nullptr);
    if (poll == Poll::kReady && wait_.succeeded()) permit_.emplace(std::move(sender_));
    return poll;
  }
  task::Wait wait() const noexcept { return {"mpsc::Sender::reserve_owned", wait_.resource()}; }
  std::optional<OwnedPermit<T>> result() noexcept { return std::move(permit_); }

 private:
  Sender<T> sender_;
  PermitWait wait_;
  std::optional<OwnedPermit<T>> permit_;
};

}  // namespace ari::sync::mpsc
