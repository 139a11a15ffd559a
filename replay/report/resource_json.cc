#include "replay/report/resource_json.h"

#include "replay/report/attribute_text.h"
#include "replay/report/json_members.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

void member_link(JsonWriter& json, std::string_view name, const Link& link) {
  member_from_1(json, name, link.span);
}

void member_attributes(JsonWriter& json, const std::vector<Attribute>& attributes, SpanId of) {
  json.key("attributes");
  json.begin_object();
  for (const Attribute& attribute : attributes) {
    json.key(attribute_name(attributes, attribute, of));
    json.begin_object();
    write_attribute_members(json, attribute);
    json.end_object();
  }
  json.end_object();
}

}  // namespace

void write_attribute_members(JsonWriter& json, const Attribute& attribute) {
  json.key("value");
  write_typed(json, attribute.value.type(), value_text(attribute.value));
  member_or_null(json, "unit", attribute.unit);
}

void write_resource_members(JsonWriter& json, const Resource& resource) {
  json.member("span", resource.span);
  member_or_null(json, "concrete_type", resource.concrete_type);
  member_or_null(json, "kind", resource.kind);
  member_link(json, "parent", resource.parent);
  member_location(json, "location", resource.location);
  member_instant(json, "created_at", resource.created_unix_ns);
  member_instant(json, "dropped_at", resource.dropped_unix_ns);
  member_attributes(json, resource.attributes, resource.span);
  member_or_null(json, "target", resource.target);
  json.member("is_internal", resource.is_internal);
  member_link(json, "task", resource.task);
  json.member("total_ns", resource.total_ns);
}

void write_op_members(JsonWriter& json, const AsyncOp& op) {
  json.member("span", op.span);
  member_or_null(json, "source", op.source);
  member_link(json, "resource", op.resource);
  member_link(json, "task", op.task);
  member_link(json, "parent_op", op.parent_op);
  json.member("polls", op.polls);
  json.member("busy_ns", op.busy_ns);
  member_instant(json, "created_at", op.created_unix_ns);
  member_instant(json, "dropped_at", op.dropped_unix_ns);
  member_attributes(json, op.attributes, op.span);
  json.member("state", word(state_of(op)));
  member_or_null(json, "poll_op", op.poll_op ? op.poll_op->name : std::string_view());
  json.member("is_ready", op.poll_op ? std::optional(op.poll_op->is_ready) : std::nullopt);
  member_instant(json, "first_poll", op.first_poll_unix_ns);
  json.member("idle_ns", op.idle_ns);
  json.member("total_ns", op.total_ns);
}

void member_ops(JsonWriter& json, const Model& model, const std::vector<const AsyncOp*>& ops) {
  json.key("ops");
  if (!model.coverage.facts.resources) return json.null();
  json.begin_list();
  for (const AsyncOp* op : ops) {
    json.new_line();
    json.begin_object();
    write_op_members(json, *op);
    json.end_object();
  }
  json.end_list();
}

}  // namespace ari::replay
