// Counted: a channel as one of its senders, or receivers, has it, each of which the channel counts.
//
//   Counted<Core, AsSender>      copied: core.add_sender()      destroyed: core.drop_sender()
//   Counted<Core, AsReceiver>    copied: core.add_receiver()    destroyed: core.drop_receiver()
//
// What the handles of mpsc, mpmc, broadcast and watch have in common. One object is not to be used
// from two threads at once, copies may.
#pragma once

#include <memory>
#include <utility>

namespace ari::sync {

struct AsSender {
  static void add(auto& core) noexcept { core.add_sender(); }
  static void drop(auto& core) noexcept { core.drop_sender(); }
};
struct AsReceiver {
  static void add(auto& core) noexcept { core.add_receiver(); }
  static void drop(auto& core) noexcept { core.drop_receiver(); }
};

template <class Core, class As>
class Counted {
 public:
  // Takes over one count.
  explicit Counted(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
  Counted(const Counted& other) noexcept : core_(other.core_) {
    if (core_ != nullptr) As::add(*core_);
  }
  Counted(Counted&&) noexcept = default;
  Counted& operator=(Counted other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~Counted() {
    if (core_ != nullptr) As::drop(*core_);
  }

  // False once moved from. The others require true.
  explicit operator bool() const noexcept { return core_ != nullptr; }
  Core& operator*() const noexcept { return *core_; }
  Core* operator->() const noexcept { return core_.get(); }
  // Without a count, for what outlives the handle.
  const std::shared_ptr<Core>& shared() const noexcept { return core_; }

 private:
  std::shared_ptr<Core> core_;  // null once moved from
};

}  // namespace ari::sync
