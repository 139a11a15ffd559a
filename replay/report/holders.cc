#include "replay/report/holders.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/model/lock_fold.h"
#include "replay/report/json_members.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

void write_hold(JsonWriter& json, const Hold& hold) {
  json.begin_object();
  member_from_1(json, "task", hold.taker_over ? 0 : hold.task.span);
  member_from_1(json, "left_by", hold.taker_over ? hold.task.span : 0);
  json.member("permits", hold.permits);
  json.member("is_exclusive", hold.exclusive);
  json.member("is_certain", static_cast<bool>(hold.task) && !hold.doubtful);
  member_instant(json, "since_at", hold.since_unix_ns);
  member_line(json, "line", hold.line);
  json.end_object();
}

}  // namespace

std::string holder_text(const Model& model, const Hold& hold) {
  if (hold.taker_over) {
    return hold.task
               ? fmt::format("not told ({} took it and is over)", task_label(model, hold.task))
               : fmt::format("not told ({} were taken by tasks that are over)",
                             count_text(hold.permits));
  }
  std::string out = hold.task ? task_label(model, hold.task) : "not told";
  if (hold.permits > 1) out += fmt::format(" ({} permits)", count_text(hold.permits));
  if (hold.doubtful) out += " (perhaps)";
  return out;
}

std::string holders_text(const Model& model, const Resource& lock) {
  if (lock.holds.empty()) return lock.created_unix_ns ? "nobody" : "not told";
  std::string out;
  for (const Hold& hold : lock.holds) {
    if (!out.empty()) out += ", ";
    out += holder_text(model, hold);
  }
  return out;
}

void member_holders(JsonWriter& json, const Resource* resource, std::optional<std::size_t> limit) {
  json.key("holders");
  const bool told = resource != nullptr && is_lock(*resource) &&
                    (resource->created_unix_ns.has_value() || !resource->holds.empty());
  if (!told) return json.null();
  json.begin_list();
  const std::size_t shown =
      std::min(limit.value_or(resource->holds.size()), resource->holds.size());
  for (std::size_t i = 0; i < shown; ++i) write_hold(json, resource->holds[i]);
  json.end_list();
  if (limit) json.member("holders_left_out", resource->holds.size() - shown);
}

}  // namespace ari::replay
