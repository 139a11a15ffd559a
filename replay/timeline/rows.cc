#include "replay/timeline/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::string_view kWords[] = {"idle", "scheduled", "poll", "destroy"};

Activity activity_of(TrackGroup group, std::string_view slice) {
  if (group == TrackGroup::kThreads) return Activity::kPoll;
  const auto found = std::find(std::begin(kWords), std::end(kWords), slice);
  return static_cast<Activity>(found - std::begin(kWords));
}

}  // namespace

std::string_view word(Activity activity) noexcept {
  return kWords[static_cast<std::size_t>(activity)];
}

void Rows::begin_process(std::string_view program) {
  if (++runs_ == 1) return;
  prefix_ = fmt::format("{} {}: ", program.empty() ? "run" : escaped(program), runs_);
}

void Rows::add_track(TrackId track, TrackGroup group, trace::SpanId span, std::string_view name) {
  if (tracks_.size() <= track) tracks_.resize(track + 1);
  if (group == TrackGroup::kResources) return;
  tracks_[track].row = rows_.size();
  rows_.push_back({group, span, prefix_ + std::string(name), {}, 0});
}

void Rows::begin(TrackId id, std::int64_t at_unix_ns, std::string_view name,
                 std::span<const subscriber::Field>, ArrowId) {
  Track& track = tracks_[id];
  if (track.row == kNoRow || track.depth++ > 0) return;
  Row& row = rows_[track.row];
  row.slices.push_back({activity_of(row.group, name), at_unix_ns, at_unix_ns});
}

void Rows::end(TrackId id, std::int64_t at_unix_ns) {
  Track& track = tracks_[id];
  if (track.row == kNoRow || --track.depth > 0) return;
  Row& row = rows_[track.row];
  RowSlice& slice = row.slices.back();
  slice.end_unix_ns = at_unix_ns;
  if (slice.activity >= Activity::kPoll) row.busy_ns += at_unix_ns - slice.begin_unix_ns;
}

}  // namespace ari::replay
