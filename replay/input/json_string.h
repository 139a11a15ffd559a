// The part of a JSON string that can be used as it stands.
//
// Sixteen bytes a step where the processor can, because log lines are mostly strings.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace ari::replay {

struct PlainRun {
  const char* end;  // the first quote, backslash or control character, or the end
  bool ascii;       // all bytes of the run are below 0x80
};

constexpr bool ends_plain_run(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// The run of [p, end) that needs no rewriting.
inline PlainRun plain_run(const char* p, const char* end) noexcept {
  unsigned high = 0;
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1f);
  while (end - p >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Unsigned bytes at most 0x1f are those that min() leaves as they are.
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i special = _mm_or_si128(
        control, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    const auto stops = static_cast<unsigned>(_mm_movemask_epi8(special));
    const auto highs = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    if (stops != 0) {
      const int n = __builtin_ctz(stops);
      return {p + n, (high | (highs & ((1U << n) - 1))) == 0};
    }
    high |= highs;
    p += 16;
  }
#endif
  while (p < end && !ends_plain_run(*p)) high |= static_cast<unsigned char>(*p++) & 0x80U;
  return {p, high == 0};
}

}  // namespace ari::replay
