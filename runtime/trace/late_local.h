// LateLocal: an object of each thread that outlives the thread's thread_locals.
//
// Destructors of thread_locals, and on the main thread those of statics, enter spans and record
// what they drop. A thread_local of ours with a destructor may be gone by then; this is destroyed
// with the thread's pthread keys, which is later. What the main thread has is never destroyed.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>

namespace ari::trace {

template <typename T>
class LateLocal {
 public:
  // The calling thread's, made by its first call; should another key's destructor call after its
  // end, by a new first call. Throws nothing: out of memory ends the program.
  static T& get() noexcept { return t_object != nullptr ? *t_object : make(); }

 private:
  // Where a process has no key left, the object is never destroyed.
  static T& make() noexcept {
    t_object = new T;
    if (const std::uint64_t key = own_key(); key != kNoKey) {
      pthread_setspecific(static_cast<pthread_key_t>(key), t_object);
    }
    return *t_object;
  }

  // Made by the first thread that comes, of several by one. None waits for another, as it would for
  // a static of this function: in a child that is forked meanwhile that one would never be done.
  static std::uint64_t own_key() noexcept {
    std::uint64_t known = s_key.load(std::memory_order_acquire);
    if (known != kNotMade) return known;
    pthread_key_t made{};
    const std::uint64_t mine = pthread_key_create(&made, &destroy) == 0 ? made : kNoKey;
    // acq_rel: pairs with itself and with the load above, so that the key is made before it is
    // used.
    if (s_key.compare_exchange_strong(known, mine, std::memory_order_acq_rel)) return mine;
    if (mine != kNoKey) pthread_key_delete(made);
    return known;
  }

  static void destroy(void* object) {
    t_object = nullptr;
    delete static_cast<T*>(object);
  }

  static constexpr std::uint64_t kNotMade = UINT64_MAX;
  static constexpr std::uint64_t kNoKey = UINT64_MAX - 1;

  static inline constinit std::atomic<std::uint64_t> s_key{kNotMade};
  static inline constinit thread_local T* t_object = nullptr;
};

}  // namespace ari::trace
