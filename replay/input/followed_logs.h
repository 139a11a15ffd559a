// FollowedLogs: several logs that are still being written, read by time as they grow.
//
// Which of them are of one run is seen by their beginnings, as for logs that are complete
// (log_runs.h). One that appears later joins the run it is of. Never waits itself: see Follow.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "replay/input/coverage.h"
#include "replay/input/followed_log.h"
#include "replay/input/reader.h"
#include "replay/result.h"

namespace ari::replay {

class FollowedLogs {
 public:
  // Nothing need be there yet. Fails if one is given twice, or can never be read. `follow`
  // outlives this.
  static Result<FollowedLogs> open(const std::vector<std::string>& paths, Follow& follow);

  // How many logs they are: files that are known to be of one run are one.
  std::size_t size() const noexcept { return logs_.size(); }
  // The path of the first file of a log.
  const std::string& path(std::size_t log) const { return logs_[log]->path(); }
  // The earliest instant of those that are there; nothing if there is none.
  std::optional<std::int64_t> first_unix_ns() const noexcept { return first_unix_ns_; }

  // Reads the records of each log into the sink of its number until `follow` wants no more, or
  // all are over: by time among those that are written between two calls of Follow::wait().
  // Fails as read_log() does, if that is so of all; what is wrong with one of them is remarked.
  [[nodiscard]] std::optional<Error> read(const std::vector<RecordSink*>& sinks);

  // What has been read, up to the last line: also while read() calls `follow`.
  Coverage coverage() const;

 private:
  explicit FollowedLogs(Follow& follow) : follow_(&follow) {}
  bool read_line(std::size_t log, RecordSink& sink);
  bool recognise(FollowedLog& log);
  void recognise_with_others(FollowedLog& late);
  void join_another(FollowedLog& late);
  bool is_read_by_other(const FollowedLog& log, const struct stat& file) const;
  void tell_error(const FollowedLog& log);
  bool any_may_grow() const;

  Follow* follow_;
  std::vector<std::unique_ptr<FollowedLog>> logs_;
  std::size_t known_ = 0;  // so many of them could be told at first to be runs of their own
  std::optional<Error> last_error_;
  std::optional<std::int64_t> first_unix_ns_;
};

}  // namespace ari::replay
