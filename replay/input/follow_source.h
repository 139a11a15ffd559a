// FollowSource: the bytes of a log that is still being written, as `tail -F` sees them.
//
//   no such file yet:                         waits for it
//   renamed, and a new file has its name:     the old one to its end, then the new one
//   shorter than what was read of it:         from its beginning; restarted() tells
//   the recorder goes on in the next part:    (run.jsonl, run.2.jsonl, …) that one
//
// The end of a pipe is the end. What follows in another file begins a new line.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "replay/input/log_beginning.h"
#include "replay/input/source.h"

namespace ari::replay {

// Who follows. Called by the thread that reads.
class Follow {
 public:
  virtual ~Follow() = default;
  // Some of a log is about to be read; there may be more.
  virtual void goes_on() = 0;
  // All that is there has been read. Waits a moment for more; false: no more is wanted.
  virtual bool wait() = 0;
  // Something befell a log that whoever watches should know.
  virtual void remark(const std::string& message) = 0;
};

// Never waits: read() returns 0 where nothing is there yet.
class FollowSource final : public Source {
 public:
  // The files of one log, in order; of the last it is seen how it goes on. "-": standard input.
  // `follow` outlives this.
  FollowSource(std::vector<std::string> paths, Follow& follow);
  ~FollowSource() override;
  FollowSource(const FollowSource&) = delete;
  FollowSource& operator=(const FollowSource&) = delete;

  std::size_t read(char* to, std::size_t size) override;
  bool may_grow() const override { return !over_; }

  // The log goes on in this file too, after those that are known.
  void add_file(std::string path) { next_paths_.push_back(std::move(path)); }
  // Whether this is one of the files that were read so far.
  bool has_read(const struct stat& file) const noexcept;
  // The log does not go on by itself in a next part of which `is_others` says yes: that is read
  // by somebody else.
  void leave_out(std::function<bool(const struct stat&)> is_others) {
    is_others_ = std::move(is_others);
  }

  // Whether what is read from now on was written by somebody else, who knows nothing of what
  // came before. True once.
  bool restarted() noexcept { return std::exchange(restarted_, false); }
  // Nobody waits for more.
  void stop();
  // The bytes are compressed: no line can be ended for the sake of what follows.
  void has_no_lines() noexcept { has_lines_ = false; }
  // Of the file that is read now, if it can be told.
  const std::optional<LogBeginning>& beginning();

 private:
  struct FileId {
    dev_t device;
    ino_t number;
  };

  bool open_first();
  void fail(std::string why);
  bool is_pipe_silent() const;
  std::size_t read_some(char* to, std::size_t size);
  bool find_successor();
  bool find_next_part();
  bool go_on_in(const std::string& path);
  bool open_successor(const std::string& path);
  void turn_to_successor();

  std::string path_;
  std::deque<std::string> next_paths_;
  int descriptor_ = -1;  // of the file that is read; -1: there is none yet
  Follow& follow_;
  std::vector<FileId> read_;  // and those before it
  std::function<bool(const struct stat&)> is_others_;
  bool is_file_ = false;
  bool told_missing_ = false;
  std::uint64_t offset_ = 0;
  bool inside_line_ = false;  // the last byte was no line end
  bool end_line_ = false;     // ends it before what follows
  int successor_ = -1;        // where to go on once this file is read
  std::string successor_path_;
  bool restarts_after_ = false;  // what is in the successor is another log
  bool restarts_ = false;        // the next bytes are of another log
  bool restarted_ = false;       // the last bytes were the first of another log
  bool has_lines_ = true;
  bool over_ = false;                      // nothing more will be read
  std::optional<LogBeginning> beginning_;  // once it was looked for
};

}  // namespace ari::replay
