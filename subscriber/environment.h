// Environment: what the variable ARI asks for.
//
//   ARI=stdout                            coloured text, live
//   ARI=jsonl:run-%p.jsonl.zst            a log for ari-replay, compressed, one per process
//   ARI=stderr,text:run.log,jsonl:run.jsonl
//   ARI=jsonl:run.jsonl,ring:run.ring     the log, and what completes it after a crash
//
// A comma-separated list. In a path %p stands for the process id and %% for a percent
// sign; a path cannot hold a comma. Blanks around an item and empty items say nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ari::subscriber {

enum class LogFormat { kText, kJsonl };
enum class LogTarget { kStdout, kStderr, kFile };

// One log that is asked for.
struct LogRequest {
  LogFormat format = LogFormat::kText;
  LogTarget target = LogTarget::kFile;
  std::string path;         // of a file, %p and %% replaced
  bool compressed = false;  // the path ends in ".zst"
};

struct Requests {
  std::vector<LogRequest> logs;
  std::optional<std::string> ring;      // path of a ring file; the last one asked for
  std::vector<std::string> complaints;  // one line for each item that is not understood
};

// Reads the value of ARI; items that are not understood cost only themselves.
Requests parse_requests(std::string_view value, long process_id);

}  // namespace ari::subscriber
