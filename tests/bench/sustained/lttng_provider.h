// The tracepoint of sustained-lttng, as LTTng-UST's macros want it: read more than once.
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER ari_bench
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tests/bench/sustained/lttng_provider.h"

#if !defined(ARI_BENCH_LTTNG_PROVIDER_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define ARI_BENCH_LTTNG_PROVIDER_H

#include <lttng/tracepoint.h>

#include <cstdint>

// clang-format off
LTTNG_UST_TRACEPOINT_EVENT(
  ari_bench, event,
  LTTNG_UST_TP_ARGS(const char*, op_name, std::uint64_t, number),
  LTTNG_UST_TP_FIELDS(
    lttng_ust_field_string(op_name, op_name)
    lttng_ust_field_integer(std::uint64_t, number, number)))
// clang-format on

#endif

#include <lttng/tracepoint-event.h>
