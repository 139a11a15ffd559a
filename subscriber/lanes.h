// Lanes: the lanes of one recording, handed from the threads that fill them to the drain.
//
// A thread asks for its lane once, with its first event; the drain collects new lanes with
// every pass and keeps them until their threads have ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "subscriber/lane.h"

namespace ari::subscriber {

// Thread-safe, but for add().
class Lanes {
 public:
  // What a server's thread records in a tenth of a second at full load: the drain may be held up
  // for as long, most often by a disk. While it keeps up an eighth is ever touched (ring.h).
  static constexpr std::size_t kDefaultRingBytes = std::size_t{8} << 20;

  // `ring_bytes` per lane: a power of two, at least one page.
  // `file`, if there is one, is where the rings go and outlives every lane.
  explicit Lanes(std::size_t ring_bytes = kDefaultRingBytes, RingFile* file = nullptr) noexcept
      : ring_bytes_(ring_bytes), file_(file) {}

  // A new lane for thread number `thread`, or for the next free number if that is 0. Null
  // if there is no memory for it.
  std::shared_ptr<Lane> make(std::uint32_t thread, const char* thread_name) noexcept;

  // Adds a lane that was made elsewhere. Not while others use this.
  void add(std::shared_ptr<Lane> lane) { new_lanes_.push_back(std::move(lane)); }

  // Appends to `lanes` those that were made since the last call.
  void take_new(std::vector<std::shared_ptr<Lane>>& lanes);

  // Counts an event of a thread that could get no lane.
  void lose_one() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

  std::size_t ring_bytes() const noexcept { return ring_bytes_; }
  // Where the drain sleeps.
  Doorbell& doorbell() noexcept { return doorbell_; }
  LostSpans& lost_spans() noexcept { return lost_spans_; }

 private:
  const std::size_t ring_bytes_;
  RingFile* const file_;
  Doorbell doorbell_;
  LostSpans lost_spans_;
  NameCopies copies_;
  std::atomic<std::uint64_t> lost_{0};  // a mere count, hence relaxed
  std::mutex mutex_;                    // held for a moment, once per thread and pass
  std::vector<std::shared_ptr<Lane>> new_lanes_;
  std::uint32_t threads_ = 0;
};

}  // namespace ari::subscriber
