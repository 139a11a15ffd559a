// PermitOp: the wait in lock(), read() or acquire(), and its record.
//
// Mutex, RwLock and Semaphore wait for permits of the BatchSemaphore inside of them. So
// each such wait is two async ops, an outer one on the primitive and an inner one on the
// semaphore; both are made when it is first polled. How the two are nested is as in
// Tokio's logs:
//
//   kLock       outer: new  poll [ inner: new  poll  close ]  close
//   kSemaphore  outer: new [ inner: new ]  poll [ inner: poll ]  close [ inner: close ]
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/sync/batch_semaphore.h"

namespace ari::sync {

enum class PermitOpNesting : std::uint8_t { kLock, kSemaphore };

// A part of futures; stays where it is. Destroyed before it was ready, it holds nothing.
class PermitOp {
 public:
  // `resource` and `semaphore` outlive this; `source` is a literal.
  PermitOp(const trace::Span& resource, BatchSemaphore& semaphore, std::size_t count,
           std::string_view source, PermitOpNesting nesting) noexcept
      : resource_(resource),
        semaphore_(semaphore),
        count_(count),
        source_(source),
        nesting_(nesting) {}
  PermitOp(const PermitOp&) = delete;
  PermitOp& operator=(const PermitOp&) = delete;

  Poll poll(Context& cx) noexcept;

  // For dumps: where the permits come from, by the name of the one that has them, and who is first
  // to get any.
  task::Wait wait() const noexcept;

  // Once it is ready: true when the permits are the caller's, false when the semaphore was
  // closed.
  bool granted() const noexcept { return granted_; }

 private:
  void open() noexcept;
  void end_inner() noexcept;

  const trace::Span& resource_;
  BatchSemaphore& semaphore_;
  const std::size_t count_;
  const std::string_view source_;
  const PermitOpNesting nesting_;
  bool granted_ = false;
  std::optional<trace::AsyncOp> op_;
  std::optional<Acquire> acquire_;  // the inner op
};

}  // namespace ari::sync
