#include "tests/replay/timeline/trace_log.h"

#include <fmt/format.h>

#include "subscriber/text_writer.h"

namespace ari::replay::timeline_test {

namespace {

std::string text(std::span<const subscriber::Field> fields) {
  std::string out;
  for (const subscriber::Field& field : fields) {
    if (field.value.type() == subscriber::ValueType::kNone) continue;
    out.append(out.empty() ? "" : ", ").append(field.name).append("=");
    subscriber::append_value(out, field.value);
  }
  return out;
}

}  // namespace

std::vector<std::string> TraceLog::calls_of(TrackId track) const {
  std::vector<std::string> out;
  for (const std::string& call : calls) {
    const std::string what = call.substr(0, call.find(' '));
    const std::string mine = fmt::format("{} {}", what, track);
    if (call == mine || call.starts_with(mine + " ")) out.push_back(call);
  }
  return out;
}

std::map<std::string, std::int64_t> TraceLog::total_ns(const std::string& name) const {
  std::map<std::string, std::int64_t> out;
  for (const auto& [id, track] : tracks_) {
    if (track.group != TrackGroup::kTasks) continue;
    const auto found = track.total_ns.find(name);
    out[track.name] += found == track.total_ns.end() ? 0 : found->second;
  }
  return out;
}

TraceLog::Track& TraceLog::at(TrackId id, std::int64_t at_unix_ns) {
  const auto found = tracks_.find(id);
  if (found == tracks_.end()) {
    faults.push_back(fmt::format("track {} was never added", id));
    return tracks_[id];
  }
  Track& track = found->second;
  if (at_unix_ns < track.last_unix_ns) faults.push_back(fmt::format("track {} goes back", id));
  track.last_unix_ns = at_unix_ns;
  return track;
}

void TraceLog::begin_process(std::string_view program) {
  calls.push_back(fmt::format("process {}", program));
}

void TraceLog::add_track(TrackId track, TrackGroup group, trace::SpanId, std::string_view name) {
  constexpr const char* kGroups[] = {"threads", "tasks", "resources"};
  calls.push_back(fmt::format("track {} {} {}", track, kGroups[static_cast<int>(group)], name));
  if (!tracks_.emplace(track, Track{group, std::string(name), 0, {}, {}}).second) {
    faults.push_back(fmt::format("track {} was added twice", track));
  }
}

void TraceLog::begin(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                     std::span<const subscriber::Field> fields, ArrowId ends_here) {
  at(track, at_unix_ns).open.push_back({std::string(name), at_unix_ns});
  calls.push_back(fmt::format("begin {} @{} {} {{{}}}", track, at_unix_ns, name, text(fields)));
  if (ends_here == 0) return;
  calls.back() += fmt::format(" <-{}", ends_here);
  const auto arrow = arrows_.find(ends_here);
  if (arrow == arrows_.end() || arrow->second) {
    faults.push_back(fmt::format("arrow {} ends and did not begin, or twice", ends_here));
  } else {
    arrow->second = true;
  }
}

void TraceLog::end(TrackId id, std::int64_t at_unix_ns) {
  Track& track = at(id, at_unix_ns);
  calls.push_back(fmt::format("end {} @{}", id, at_unix_ns));
  if (track.open.empty()) {
    faults.push_back(fmt::format("a slice ends on track {} that never began", id));
    return;
  }
  track.total_ns[track.open.back().name] += at_unix_ns - track.open.back().begin_unix_ns;
  track.open.pop_back();
}

void TraceLog::instant(TrackId track, std::int64_t at_unix_ns, std::string_view name,
                       std::span<const subscriber::Field> fields, ArrowId begins_here) {
  if (!tracks_.contains(track)) faults.push_back(fmt::format("track {} was never added", track));
  calls.push_back(fmt::format("instant {} @{} {} {{{}}}", track, at_unix_ns, name, text(fields)));
  if (begins_here == 0) return;
  calls.back() += fmt::format(" ->{}", begins_here);
  if (!arrows_.emplace(begins_here, false).second) {
    faults.push_back(fmt::format("arrow {} begins twice", begins_here));
  }
}

void TraceLog::finish() {
  calls.push_back("finish");
  for (const auto& [id, track] : tracks_) {
    if (!track.open.empty()) faults.push_back(fmt::format("a slice on track {} never ends", id));
  }
}

}  // namespace ari::replay::timeline_test
