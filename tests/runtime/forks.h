// Whether a test may fork() beside other threads and make threads in the child: clang 16's
// sanitizers do not keep their own locks out of fork().
#pragma once

namespace ari::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kCanFork = false;
#else
inline constexpr bool kCanFork = true;
#endif
#else
inline constexpr bool kCanFork = true;
#endif

}  // namespace ari::test
