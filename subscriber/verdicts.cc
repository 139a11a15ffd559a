#include "subscriber/verdicts.h"

#include "subscriber/name_copies.h"

namespace ari::subscriber {

Verdict Verdicts::work_out(const trace::Metadata& metadata) noexcept {
  const bool is_for_good = main_program().contains(reinterpret_cast<std::uintptr_t>(&metadata));
  const Known known{filter_.verdict(metadata), is_for_good ? kForGood : after_unloads()};
  // acquire, release: what the one before added is seen. Who comes in between adds it later.
  if (is_adding_.test_and_set(std::memory_order_acquire)) return known.verdict;
  std::size_t at = home(&metadata);
  const trace::Metadata* key = nullptr;
  while ((key = slots_[at].key.load(std::memory_order_relaxed)) != nullptr && key != &metadata) {
    at = (at + 1) & (kSlots - 1);
  }
  if (key != nullptr) {
    slots_[at].known.store(known, std::memory_order_relaxed);
  } else if (taken_ < kSlots / 2) {
    ++taken_;
    slots_[at].known.store(known, std::memory_order_relaxed);
    // release: pairs with the acquire in at_hand() and of().
    slots_[at].key.store(&metadata, std::memory_order_release);
  }
  is_adding_.clear(std::memory_order_release);
  return known.verdict;
}

}  // namespace ari::subscriber
