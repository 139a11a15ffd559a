#include "tests/bench/log_file.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "tests/bench/generated_log.h"

namespace ari::bench {

namespace {

constexpr std::size_t kBytes = std::size_t{64} << 20;

}  // namespace

LogFile::LogFile() : path_("/tmp/ari-read-bench-" + std::to_string(getpid()) + ".jsonl") {
  std::string log;
  GeneratedLog generated(log);
  while (log.size() < kBytes) generated.step(log);
  generated.end(log);
  std::ofstream(path_, std::ios::binary) << log;
  bytes_ = static_cast<std::int64_t>(log.size());
}

LogFile::~LogFile() { std::remove(path_.c_str()); }

const LogFile& log_file() {
  static const LogFile file;
  return file;
}

}  // namespace ari::bench
