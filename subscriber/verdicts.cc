#include "subscriber/verdicts.h"

#include "subscriber/loaded_object.h"

namespace ari::subscriber {

Verdict Verdicts::work_out(const trace::Metadata& metadata) noexcept {
  const Verdict verdict = filter_.verdict(metadata);
  // acquire, release: what the one before added is seen. Who comes in between adds it later.
  if (is_adding_.test_and_set(std::memory_order_acquire)) return verdict;
  if (taken_ < kSlots / 2) {
    std::size_t at = home(&metadata);
    const trace::Metadata* key = nullptr;
    while ((key = slots_[at].key.load(std::memory_order_relaxed)) != nullptr && key != &metadata) {
      at = (at + 1) & (kSlots - 1);
    }
    if (key == nullptr) {
      ++taken_;
      // Also of what is left out: a later library's callsite may have the address else.
      keep_loaded(reinterpret_cast<std::uintptr_t>(&metadata));
      slots_[at].verdict = verdict;
      // release: pairs with the acquire in of().
      slots_[at].key.store(&metadata, std::memory_order_release);
    }
  }
  is_adding_.clear(std::memory_order_release);
  return verdict;
}

}  // namespace ari::subscriber
