// spdlog's async logger for sustained.sh: a line with two values, written by its one thread to a
// file that begins anew every 64 MiB.
#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include "tests/bench/sustained/load.h"

int main(int argc, char** argv) {
  using namespace ari;
  const bench::Wanted wanted = bench::read_arguments(argc, argv);
  spdlog::init_thread_pool(8192, 1);  // its default
  const auto sink =
      std::make_shared<spdlog::sinks::rotating_file_sink_mt>("spdlog.log", 64u << 20, 1);
  const auto full = wanted.waits() ? spdlog::async_overflow_policy::block
                                   : spdlog::async_overflow_policy::overrun_oldest;
  const auto logger =
      std::make_shared<spdlog::async_logger>("bench", sink, spdlog::thread_pool(), full);
  const bench::Cost cost = bench::measure(
      wanted, [&](std::uint64_t i) { logger->info("op_name={} number={}", "poll_elapsed", i); });
  bench::print(cost, spdlog::thread_pool()->overrun_counter());
}
