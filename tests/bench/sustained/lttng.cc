// LTTng-UST for sustained.sh: an event with two fields, under a session that the script has
// started, which also knows what was discarded.
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tests/bench/sustained/load.h"
#include "tests/bench/sustained/lttng_provider.h"

int main(int argc, char** argv) {
  using namespace ari;
  const bench::Wanted wanted = bench::read_arguments(argc, argv);
  bench::print(bench::measure(wanted,
                              [](std::uint64_t i) {
                                lttng_ust_tracepoint(ari_bench, event, "poll_elapsed", i);
                              }),
               0);
}
