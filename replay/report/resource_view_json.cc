#include "replay/report/alive.h"
#include "replay/report/json_members.h"
#include "replay/report/resource_json.h"
#include "replay/report/resource_view.h"

namespace ari::replay {

namespace {

void member_children(JsonWriter& json, const Model& model, std::size_t index) {
  json.key("children");
  json.begin_list();
  for (const Resource& other : model.resources) {
    if (other.parent.index == index) json.value(other.span);
  }
  json.end_list();
}

void write_change(JsonWriter& json, const AttributeChange& change) {
  json.begin_object();
  member_instant(json, "at", change.at_unix_ns);
  json.member("attribute", change.attribute.name);
  write_attribute_members(json, change.attribute);
  json.member("of", change.attribute.of);
  member_from_1(json, "by_task", change.task.span);
  member_line(json, "line", change.line);
  json.end_object();
}

}  // namespace

std::vector<const AsyncOp*> ops_of(const Model& model, std::size_t index,
                                   const ResourceOptions& options) {
  std::vector<const AsyncOp*> ops;
  for (const AsyncOp& op : model.ops) {
    if (op.resource.index != index) continue;
    if (is_alive_from(options.from, op.dropped_unix_ns, model.coverage)) ops.push_back(&op);
  }
  return ops;
}

std::vector<const AttributeChange*> changes_of(const Model& model, std::size_t index,
                                               const ResourceOptions& options) {
  std::vector<const AttributeChange*> changes;
  for (const AttributeChange& change : model.resources[index].changes) {
    if (is_alive_from(options.from, change.at_unix_ns, model.coverage)) changes.push_back(&change);
  }
  return changes;
}

void resource_json(const Model& model, std::size_t index, const ResourceOptions& options,
                   std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("resource");
  json.begin_object();
  write_resource_members(json, model.resources[index]);
  json.end_object();
  member_children(json, model, index);
  member_ops(json, model, ops_of(model, index, options));
  json.key("changes");
  json.begin_list();
  for (const AttributeChange* change : changes_of(model, index, options)) {
    json.new_line();
    write_change(json, *change);
  }
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
