// LateLocal: an object of each thread that outlives the thread's thread_locals.
//
// Destructors of thread_locals, and on the main thread those of statics, enter spans and record
// what they drop. A thread_local of ours with a destructor may be gone by then; this is destroyed
// with the thread's pthread keys, which is later. What the main thread has is never destroyed.
#pragma once

#include <pthread.h>

#include <optional>

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
    static const std::optional<pthread_key_t> key = [] {
      pthread_key_t made{};
      return pthread_key_create(&made, &destroy) == 0 ? std::optional(made) : std::nullopt;
    }();
    t_object = new T;
    if (key) pthread_setspecific(*key, t_object);
    return *t_object;
  }

  static void destroy(void* object) {
    t_object = nullptr;
    delete static_cast<T*>(object);
  }

  static inline constinit thread_local T* t_object = nullptr;
};

}  // namespace ari::trace
