#include "replay/report/holders.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "replay/lint/certainty.h"
#include "replay/model/lock_fold.h"
#include "replay/model/wait_graph.h"
#include "replay/report/count_line.h"
#include "replay/report/json_members.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

// That nobody has a lock is known only of one whose every line is.
bool are_told(const Model& model, const Resource& lock) {
  if (!lock.holds.empty()) return true;
  return lock.created_unix_ns && !model.coverage.lacks_lines() &&
         !is_lock_guessed(model.coverage, lock.span, model.end_unix_ns);
}

void write_hold(JsonWriter& json, const Model& model, const Resource& lock, const Hold& hold) {
  json.begin_object();
  member_from_1(json, "task", hold.taker_over ? 0 : hold.task.span);
  member_from_1(json, "left_by", hold.taker_over ? hold.task.span : 0);
  json.member("permits", hold.permits);
  json.member("is_exclusive", hold.exclusive);
  json.member("is_certain", is_certain(model, lock, hold));
  member_instant(json, "since_at", hold.since_unix_ns);
  member_line(json, "line", hold.line);
  json.end_object();
}

std::string name_text(const Model& model, const Hold& hold) {
  if (hold.taker_over) {
    return hold.task
               ? fmt::format("not told ({} took it and is over)", task_label(model, hold.task))
               : fmt::format("not told ({} were taken by tasks that are over)",
                             count_text(hold.permits));
  }
  std::string out = hold.task ? task_label(model, hold.task) : "not told";
  if (hold.permits > 1) out += fmt::format(" ({} permits)", count_text(hold.permits));
  return out;
}

// Whether there is a name that need not be right.
bool is_doubtful(const Model& model, const Resource& lock, const Hold& hold) {
  return hold.task && !hold.taker_over && !is_certain(model, lock, hold);
}

}  // namespace

bool is_certain(const Model& model, const Resource& lock, const Hold& hold) {
  return hold.task && !hold.doubtful &&
         !is_lock_guessed(model.coverage, lock.span, model.end_unix_ns);
}

std::string holder_text(const Model& model, const Resource& lock, const Hold& hold) {
  return name_text(model, hold) + (is_doubtful(model, lock, hold) ? " (perhaps)" : "");
}

std::string holders_text(const Model& model, const Resource& lock) {
  if (lock.holds.empty()) return are_told(model, lock) ? "nobody" : "not told";
  const bool too_many = lock.holds.size() > kMostHolders;
  const std::size_t shown = too_many ? kMostHolders - 1 : lock.holds.size();
  std::string out;
  for (const Hold& hold : std::span(lock.holds).first(shown)) {
    if (!out.empty()) out += ", ";
    if (is_doubtful(model, lock, hold)) out += "perhaps ";
    out += name_text(model, hold);
  }
  if (too_many) out += fmt::format(" and {} more", count_text(lock.holds.size() - shown));
  return out;
}

void append_guessed_locks(const Model& model, const TextStyle& style, std::string& out) {
  if (model.coverage.facts.span_ids) return;
  const std::vector<Wait> waits = waits_of(model);
  const bool matters = std::any_of(waits.begin(), waits.end(), [&](const Wait& wait) {
    return wait.resource != nullptr && is_lock(*wait.resource) &&
           is_lock_guessed(model.coverage, wait.resource->span, model.end_unix_ns);
  });
  if (!matters) return;
  append_note(
      "Which lock a line is about is guessed, since the log has no span ids: so is who "
      "holds it",
      style, out);
}

void HoldersJson::member(JsonWriter& json, const Resource* resource) {
  json.key("holders");
  if (resource == nullptr || !is_lock(*resource) || !are_told(model_, *resource)) {
    return json.null();
  }
  json.begin_list();
  const std::size_t all = resource->holds.size();
  const bool is_first = told_.insert(resource).second;
  const std::size_t shown = std::min(limit_.value_or(is_first ? all : kMostAgain), all);
  for (std::size_t i = 0; i < shown; ++i) write_hold(json, model_, *resource, resource->holds[i]);
  json.end_list();
  if (shown < all) json.member("holders_left_out", all - shown);
}

}  // namespace ari::replay
