#include "runtime/sync/inbox.h"

#include <utility>

namespace ari::sync {

Inbox::Pushed Inbox::push(Letter& letter) noexcept {
  Letter* newest = shared_.load(std::memory_order_relaxed);
  do {
    if (newest == &kClosed) return Pushed::kRefused;
    letter.next = newest;
    // release: pairs with the acquire in take() and close(), which see the letter's inside.
  } while (!shared_.compare_exchange_weak(newest, &letter, std::memory_order_release,
                                          std::memory_order_relaxed));
  return newest == nullptr ? Pushed::kFirst : Pushed::kMore;
}

Inbox::Letter* Inbox::take() noexcept {
  if (own_ == nullptr) {
    // A plain load first: most receivers that come too early find nothing.
    Letter* newest = shared_.load(std::memory_order_relaxed);
    if (newest == nullptr || newest == &kClosed) return nullptr;
    adopt(shared_.exchange(nullptr, std::memory_order_acquire));
  }
  Letter* taken = own_;
  own_ = taken->next;
  return taken;
}

void Inbox::close() noexcept {
  if (shared_.load(std::memory_order_relaxed) == &kClosed) return;
  adopt(shared_.exchange(&kClosed, std::memory_order_acq_rel));
}

void Inbox::adopt(Letter* newest) noexcept {
  Letter* oldest = nullptr;
  while (newest != nullptr) {
    Letter* older = std::exchange(newest->next, oldest);
    oldest = std::exchange(newest, older);
  }
  Letter** end = &own_;
  while (*end != nullptr) end = &(*end)->next;
  *end = oldest;
}

bool Inbox::is_empty() const noexcept {
  const Letter* newest = shared_.load(std::memory_order_acquire);
  return own_ == nullptr && (newest == nullptr || newest == &kClosed);
}

std::size_t Inbox::count() const noexcept {
  std::size_t count = 0;
  for (const Letter* letter = own_; letter != nullptr; letter = letter->next) ++count;
  // acquire: pairs with the release in push(). Only the receiver frees letters, so what is
  // shared now stays while it counts.
  const Letter* letter = shared_.load(std::memory_order_acquire);
  if (letter == &kClosed) return count;
  for (; letter != nullptr; letter = letter->next) ++count;
  return count;
}

}  // namespace ari::sync
