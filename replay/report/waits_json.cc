#include <algorithm>
#include <optional>

#include "replay/lint/certainty.h"
#include "replay/model/wait_graph.h"
#include "replay/report/holders.h"
#include "replay/report/joined.h"
#include "replay/report/json_members.h"
#include "replay/report/waits_view.h"

namespace ari::replay {

namespace {

void write_wait(JsonWriter& json, const Model& model, const Wait& wait, HoldersJson& holders) {
  const Task* task = follow(model.tasks, wait.task);
  json.begin_object();
  member_from_1(json, "task", wait.task.span);
  member_location(json, "parked_at", task != nullptr ? task->parked_at : nullptr);
  member_from_1(json, "op", wait.op != nullptr ? wait.op->span : 0);
  const std::string_view join = wait.joins != nullptr ? wait.joins->op : std::string_view();
  member_or_null(json, "source", wait.op != nullptr ? wait.op->source : join);
  json.key("inner_ops");
  json.begin_list();
  for (const AsyncOp* op : wait.inside) json.value(op->span);
  json.end_list();
  const Resource* resource = wait.resource;
  member_from_1(json, "resource", resource != nullptr ? resource->span : 0);
  member_or_null(json, "concrete_type",
                 resource != nullptr ? resource->concrete_type : std::string_view());
  member_location(json, "location",
                  resource != nullptr ? resource->location : subscriber::Location{});
  member_instant(json, "since_at", wait.since_unix_ns);
  json.member("waited_ns", wait.for_ns);
  holders.member(json, resource);
  member_joins(json, wait.joins);
  json.end_object();
}

void write_link(JsonWriter& json, const Model& model, const DeadlockLink& link) {
  json.begin_object();
  json.member("task", link.task.span);
  member_location(json, "spawned_at", model.tasks[link.task.index].location);
  member_from_1(json, "op", link.op);
  member_or_null(json, "source", link.source);
  member_from_1(json, "resource", link.lock.span);
  member_or_null(json, "concrete_type", link.lock_type);
  member_location(json, "location", link.lock_location);
  member_instant(json, "since_at", link.waits_since_unix_ns);
  json.member("is_queued", link.queued);
  member_instant(json, "held_since",
                 link.queued || link.joins ? std::nullopt : std::optional(link.hold.since_unix_ns));
  json.member("is_join", link.joins);
  json.end_object();
}

// What `--at` an instant in between shows.
void write_undone(JsonWriter& json, const Model& model, const Deadlock& deadlock) {
  json.new_line();
  json.begin_object();
  member_instant(json, "since_at", deadlock.since_unix_ns);
  member_instant(json, "until_at", deadlock.until_unix_ns);
  json.member("status", status_name(deadlock_status(model, deadlock)));
  member_tasks(json, deadlock);
  json.end_object();
}

}  // namespace

void waits_json(const Model& model, std::string& out, std::optional<WaitsLimits> limits) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("waits");
  json.begin_list();
  const std::vector<Wait> waits = waits_of(model);
  const std::size_t shown = limits ? std::min(limits->waits, waits.size()) : waits.size();
  HoldersJson holders(model, limits ? std::optional(limits->holders) : std::nullopt);
  for (std::size_t i = 0; i < shown; ++i) {
    json.new_line();
    write_wait(json, model, waits[i], holders);
  }
  json.end_list();
  if (limits) json.member("waits_left_out", waits.size() - shown);
  json.key("deadlocks");
  json.begin_list();
  for (const Deadlock& deadlock : model.deadlocks) {
    if (!is_standing(model, deadlock)) continue;
    json.new_line();
    json.begin_object();
    member_instant(json, "since_at", deadlock.since_unix_ns);
    json.member("status", status_name(deadlock_status(model, deadlock)));
    json.key("links");
    json.begin_list();
    for (const DeadlockLink& link : deadlock.links) write_link(json, model, link);
    json.end_list();
    json.end_object();
  }
  json.end_list();
  json.key("deadlocks_undone");
  json.begin_list();
  for (const Deadlock& deadlock : model.deadlocks) {
    if (!is_standing(model, deadlock)) write_undone(json, model, deadlock);
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
