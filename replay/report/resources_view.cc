#include "replay/report/resources_view.h"

#include <fmt/format.h>

#include "replay/model/duration_text.h"
#include "replay/model/resource_type.h"
#include "replay/report/alive.h"
#include "replay/report/attribute_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/json_members.h"
#include "replay/report/resource_json.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

std::vector<Column> columns() {
  return {
      {"", Align::kLeft},  // alive or gone
      {"Span", Align::kRight, 90},
      {"Type", Align::kLeft, Column::kAlways, shorten_end, 8},
      {"Attributes", Align::kLeft, 85, shorten_end, 14},
      {"Total", Align::kRight, 80},
      {"Ops", Align::kRight, 60},
      {"Location", Align::kLeft, 70, shorten_location, 18},
      {"Inside", Align::kLeft, 55, shorten_middle, 12},
      {"Made by", Align::kLeft, 50, shorten_middle, 12},
      {"Kind", Align::kLeft, 40},
      {"Vis", Align::kLeft, 30},
      {"Target", Align::kLeft, 20, shorten_end, 16},
  };
}

std::vector<Cell> row(const Model& model, const Resource& r, std::uint64_t ops) {
  const bool gone = r.dropped_unix_ns.has_value();
  return {
      {std::string(sign(gone ? State::kCompleted : State::kIdle)), gone ? Role::kDim : Role::kTask},
      {fmt::to_string(r.span)},
      {r.concrete_type.empty() ? "–" : escaped(resource_type(r)), Role::kResource},
      {attributes_text(r.attributes, r.span)},
      {duration_text(r.total_ns, model.coverage.resolution_ns())},
      {count_text(ops), ops == 0 ? Role::kDim : Role::kPlain},
      {escaped(without_cargo_home(location_text(r.location))), Role::kDim},
      {resource_label(model, r.parent)},
      {task_label(model, r.task), Role::kTask},
      {escaped(r.kind), Role::kDim},
      {r.is_internal ? "INT" : "PUB", Role::kDim},
      {escaped(r.target), Role::kDim},
  };
}

std::vector<std::uint64_t> count_ops(const Model& model) {
  std::vector<std::uint64_t> counts(model.resources.size());
  for (const AsyncOp& op : model.ops) {
    if (op.resource.index < counts.size()) ++counts[op.resource.index];
  }
  return counts;
}

void write_list(JsonWriter& json, const Model& model, const ResourcesOptions& options) {
  json.begin_list();
  for (const Resource& resource : model.resources) {
    if (!is_alive_from(options.from, resource.dropped_unix_ns, model.coverage)) continue;
    json.new_line();
    json.begin_object();
    write_resource_members(json, resource);
    json.end_object();
  }
  json.end_list();
}

}  // namespace

void resources_text(const Model& model, const ResourcesOptions& options, const TextStyle& style,
                    std::string& out) {
  append_as_of(model.coverage, style, out);
  const std::vector<std::uint64_t> ops = count_ops(model);
  Table table(columns());
  std::uint64_t alive = 0, gone = 0;
  for (std::size_t i = 0; i < model.resources.size(); ++i) {
    const Resource& resource = model.resources[i];
    if (!is_alive_from(options.from, resource.dropped_unix_ns, model.coverage)) continue;
    ++(resource.dropped_unix_ns ? gone : alive);
    table.add(row(model, resource, ops[i]));
  }
  append_count_line(
      count_text(alive + gone, "resource", "resources"),
      {{sign(State::kIdle), "alive", alive}, {sign(State::kCompleted), "dropped", gone}},
      model.semantics, style, out);
  append_loss(model.coverage, style, out);
  append_untold_resources(model.coverage, style, out);
  if (table.empty()) return;
  out += '\n';
  const auto left_out = table.render(style.width, 0, style.paint, out);
  if (!left_out.empty()) out += '\n';
  append_left_out(left_out, style, out);
}

void resources_json(const Model& model, const ResourcesOptions& options, std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_head(json, model);
  json.key("resources");
  if (model.coverage.facts.resources) {
    write_list(json, model, options);
  } else {
    json.null();
  }
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
