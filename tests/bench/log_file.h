// The log that benchmarks of reading share: 64 MiB of generated ari JSONL in a file.
#pragma once

#include <cstdint>
#include <string>

namespace ari::bench {

class LogFile {
 public:
  LogFile();
  ~LogFile();  // removes it
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  const std::string& path() const { return path_; }
  std::int64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  std::int64_t bytes_ = 0;
};

// Made when it is first asked for.
const LogFile& log_file();

}  // namespace ari::bench
