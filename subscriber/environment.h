// Environment: what the variable ARI asks for.
//
//   ARI=stdout                            coloured text, live
//   ARI=jsonl:run-%p.jsonl.zst            a log for ari-replay, compressed, one per process
//   ARI=stderr,text:run.log,jsonl:run.jsonl
//   ARI=jsonl:run.jsonl,ring:run.ring     the log, and what completes it after a crash
//   ARI=jsonl:run.jsonl,max=100M,keep=5   the last five files of 100 MiB
//   ARI=jsonl:run.jsonl,when-full=block   nothing is lost, the program waits instead
//   ARI=jsonl:run.jsonl,buffer=64M        each thread's ring holds a longer burst
//
// A comma-separated list. In a path %p stands for the process id and %% for a percent
// sign; a path cannot hold a comma, and a relative one begins at the directory that the program was
// in when it called init(). Blanks around an item and empty items say nothing.
// max and keep are of the file before them, when-full and buffer of the whole; a size is a number
// of bytes, or of 1024, 1024² or 1024³ with K, M or G behind it.
#pragma once

#include <cstdint>
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
  std::string path;             // of a file, %p and %% replaced
  bool compressed = false;      // the path ends in ".zst"
  bool names_process = false;   // the path has a %p
  std::uint64_t max_bytes = 0;  // of each file; 0: all in one
  std::uint64_t keep = 0;       // how many files; 0: all
};

struct Requests {
  std::vector<LogRequest> logs;
  std::optional<std::string> ring;  // path of a ring file; the last one asked for
  bool ring_names_process = false;
  bool blocks_when_full = false;        // else events are dropped and counted
  std::size_t ring_bytes = 0;           // of each thread, a power of two; 0: not said
  std::vector<std::string> complaints;  // one line for each item that is not understood
};

// Reads the value of ARI; items that are not understood cost only themselves.
Requests parse_requests(std::string_view value, long process_id);

// The path as it is from everywhere: a relative one begins at `directory`. An empty directory
// leaves it relative.
std::string path_in(const std::string& directory, const std::string& path);

// The path with `word` before what tells the format: run.jsonl.zst → run.2.jsonl.zst.
std::string with_word(const std::string& path, std::string_view word);

}  // namespace ari::subscriber
