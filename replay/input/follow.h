// Following a log that is still being written, as `tail -F` does.
//
// Reading waits where it would end. What it waits for, and how long, is up to whoever
// follows: see Follow.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "replay/input/coverage.h"
#include "replay/input/log_beginning.h"
#include "replay/input/reader.h"
#include "replay/input/source.h"
#include "replay/result.h"

namespace ari::replay {

// Who follows. Called by the thread that reads.
class Follow {
 public:
  virtual ~Follow() = default;
  // Some of the log is about to be read; there may be more.
  virtual void goes_on() = 0;
  // All that is there has been read. Waits a moment for more; false: no more is wanted.
  virtual bool wait() = 0;
  // Something befell the file that whoever watches should know.
  virtual void remark(const std::string& message) = 0;
};

// The bytes of a file as it grows.
//
//   renamed, and a new file has its name:     the old one to its end, then the new one
//   shorter than what was read of it:         from its beginning; restarted() tells
//   the recorder goes on in the next part:    (run.jsonl, run.2.jsonl, …) that one
//
// The end of a pipe is the end. What follows in another file begins a new line.
class FollowSource final : public Source {
 public:
  // Waits until there is such a file. `path` "-": standard input. Fails as open_source() does
  // otherwise, or if nobody wants to wait any more.
  static Result<std::unique_ptr<FollowSource>> open(const std::string& path, Follow& follow);
  ~FollowSource() override;

  std::size_t read(char* to, std::size_t size) override;
  bool would_wait() override;

  // Whether what is read from now on was written by somebody else, who knows nothing of what
  // came before. True once.
  bool restarted() noexcept { return std::exchange(restarted_, false); }
  // Whether reading ended because nobody wanted to wait any longer.
  bool stopped() const noexcept { return stopped_; }
  // The bytes are compressed: no line can be ended for the sake of what follows.
  void has_no_lines() noexcept { has_lines_ = false; }

 private:
  FollowSource(std::string path, int descriptor, Follow& follow);

  bool wait_for_bytes();
  std::size_t read_some(char* to, std::size_t size);
  bool find_successor();
  bool find_next_part();
  void turn_to_successor();

  std::string path_;
  int descriptor_;
  Follow& follow_;
  bool is_file_ = false;
  std::uint64_t offset_ = 0;
  bool inside_line_ = false;  // the last byte was no line end
  bool end_line_ = false;     // ends it before what follows
  int successor_ = -1;        // where to go on once this file is read
  std::string successor_path_;
  bool restarts_after_ = false;  // what is in the successor is another log
  bool restarts_ = false;        // the next bytes are of another log
  bool restarted_ = false;       // the last bytes were the first of another log
  bool has_lines_ = true;
  bool stopped_ = false;
  std::optional<LogBeginning> beginning_;  // of the file that is read, once it was looked for
};

// Reads the log at `path` as it grows, until `follow` wants no more; `coverage` is up to date
// whenever `follow` is called. Fails as read_log() does.
std::optional<Error> follow_log(const std::string& path, RecordSink& sink, Follow& follow,
                                Coverage& coverage);

}  // namespace ari::replay
