// Thread: as std::thread, with a stack of a size to choose.
#pragma once

#include <pthread.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace ari::scheduler {

class Thread {
 public:
  // No thread.
  Thread() noexcept = default;
  // `stack_bytes`: more if the system needs more; 0: as much as it gives by itself. Throws
  // std::system_error if it gives no thread. `run` may not throw.
  Thread(std::size_t stack_bytes, std::function<void()> run);
  Thread(Thread&& other) noexcept : id_(std::exchange(other.id_, std::nullopt)) {}
  // Requires of both: joined, detached or forgotten, or no thread; as the last of this one.
  Thread& operator=(Thread&& other) noexcept;
  ~Thread();

  bool is_joinable() const noexcept { return id_.has_value(); }
  // These four require: is_joinable().
  pthread_t id() const noexcept { return *id_; }
  void join() noexcept { pthread_join(*std::exchange(id_, std::nullopt), nullptr); }
  // Joins it if it ends until then, else detaches it.
  void join_or_detach(std::chrono::steady_clock::time_point deadline) noexcept;
  void detach() noexcept { pthread_detach(*std::exchange(id_, std::nullopt)); }

  // For the child of a process that has the thread: there is nothing to join.
  void forget() noexcept { id_.reset(); }

 private:
  std::optional<pthread_t> id_;
};

}  // namespace ari::scheduler
