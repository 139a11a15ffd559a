#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "replay/model/duration_text.h"
#include "replay/report/alive.h"
#include "replay/report/attribute_text.h"
#include "replay/report/coverage_text.h"
#include "replay/report/instant_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/offset_text.h"
#include "replay/report/ops_table.h"
#include "replay/report/resource_view.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kShownAtEachEnd = 20;

void append_heading(std::string_view text, const TextStyle& style, std::string& out) {
  out += '\n';
  style.paint.append(out, Role::kHeading, text);
  out += '\n';
}

void append_title(const Model& model, const Resource& resource, const TextStyle& style,
                  std::string& out) {
  style.paint.append(out, Role::kResource, resource_label(resource));
  const bool gone = resource.dropped_unix_ns.has_value();
  out += gone ? "  ■ dropped" : "  ‖ alive";
  style.paint.append(out, Role::kDim, fmt::format("  {} times\n", word(model.semantics)));
}

// Resources that were made inside this one.
std::string children_text(const Model& model, std::size_t index) {
  std::string out;
  for (const Resource& other : model.resources) {
    if (other.parent.index != index) continue;
    if (!out.empty()) out += ", ";
    out += resource_label(other);
  }
  return out;
}

void append_identity(const Model& model, std::size_t index, const TextStyle& style,
                     std::string& out) {
  const Resource& resource = model.resources[index];
  Table table({{}, {"", Align::kLeft, Column::kAlways, shorten_location, 8}});
  const auto add = [&](std::string label, std::string text, Role role = Role::kPlain) {
    if (text.empty()) return;
    table.add({{std::move(label), Role::kDim}, {std::move(text), role}});
  };
  const auto instant = [&](std::optional<std::int64_t> unix_ns, const char* unknown) {
    return unix_ns ? instant_text(*unix_ns, model.coverage) : std::string(unknown);
  };
  add("kind", escaped(resource.kind));
  add("visibility", resource.is_internal ? "internal" : "public");
  add("target", escaped(resource.target));
  add("made at", escaped(location_text(resource.location)), Role::kResource);
  add("made by", task_label(model, resource.task), Role::kTask);
  add("inside", resource_label(model, resource.parent));
  add("contains", children_text(model, index));
  add("created", instant(resource.created_unix_ns, "before the log begins"));
  add("dropped", instant(resource.dropped_unix_ns, "not within the log"));
  add("total", duration_text(resource.total_ns, model.coverage.resolution_ns()), Role::kFigure);
  table.render(style.width, kIndent, style.paint, out);
}

void append_attributes(const Resource& resource, const TextStyle& style, std::string& out) {
  if (resource.attributes.empty()) return;
  append_heading("Attributes", style, out);
  Table table({{}, {"", Align::kLeft, Column::kAlways, shorten_end, 8}});
  for (const Attribute& attribute : resource.attributes) {
    table.add(
        {{escaped(attribute_name(resource.attributes, attribute, resource.span)), Role::kDim},
         {escaped(value_text(attribute.value) + std::string(attribute.unit)), Role::kFigure}});
  }
  table.render(style.width, kIndent, style.paint, out);
}

// Which of so many rows are shown: all, or those at either end.
struct Shown {
  std::size_t rows;
  bool whole;

  bool cut() const noexcept { return !whole && rows > 3 * kShownAtEachEnd; }
  bool has(std::size_t row) const noexcept {
    return !cut() || row < kShownAtEachEnd || row >= rows - kShownAtEachEnd;
  }
  // The first that is left out: there stands a sign for all of them.
  bool is_gap(std::size_t row) const noexcept { return cut() && row == kShownAtEachEnd; }
};

void append_cut(const Shown& shown, std::string_view singular, std::string_view plural,
                const TextStyle& style, std::string& out) {
  if (!shown.cut()) return;
  style.paint.append(out, Role::kDim,
                     fmt::format("  {} in the middle left out: --all shows them\n",
                                 count_text(shown.rows - 2 * kShownAtEachEnd, singular, plural)));
}

void append_ops(const Model& model, const std::vector<const AsyncOp*>& ops, bool whole,
                const TextStyle& style, std::string& out) {
  if (ops.empty()) return;
  append_heading(fmt::format("Used by {}", count_text(ops.size(), "async op", "async ops")), style,
                 out);
  const Shown shown{ops.size(), whole};
  std::vector<const AsyncOp*> rows;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (shown.is_gap(i)) rows.push_back(nullptr);
    if (shown.has(i)) rows.push_back(ops[i]);
  }
  ops_table(model, rows, OpParts::kWithoutResource).render(style.width, kIndent, style.paint, out);
  append_cut(shown, "async op", "async ops", style, out);
}

void append_changes(const Model& model, const Resource& resource,
                    const std::vector<const AttributeChange*>& changes, bool whole,
                    const TextStyle& style, std::string& out) {
  if (changes.empty()) return;
  append_heading("Changes", style, out);
  const OffsetScale scale = offset_scale(resource.total_ns, model.coverage.resolution_ns());
  Table table({{scale.title, Align::kRight},
               {"Attribute", Align::kLeft},
               {"Became", Align::kLeft, Column::kAlways, shorten_end, 8},
               {"In the poll of", Align::kLeft, 20, shorten_middle, 12},
               {"Log line", Align::kRight, 30}});
  const Shown shown{changes.size(), whole};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (shown.is_gap(i)) table.add({{"…", Role::kDim}, {}, {}, {}, {}});
    if (!shown.has(i)) continue;
    const AttributeChange& c = *changes[i];
    const std::string name = attribute_name(resource.attributes, c.attribute, resource.span);
    table.add(
        {{offset_text(c.at_unix_ns - resource.since_unix_ns, scale), Role::kDim},
         {escaped(name)},
         {escaped(value_text(c.attribute.value) + std::string(c.attribute.unit)), Role::kFigure},
         {task_label(model, c.task), Role::kTask},
         {line_text(model.coverage, c.line), Role::kDim}});
  }
  table.render(style.width, kIndent, style.paint, out);
  append_cut(shown, "change", "changes", style, out);
}

}  // namespace

void resource_text(const Model& model, std::size_t index, const ResourceOptions& options,
                   const TextStyle& style, std::string& out) {
  const Resource& resource = model.resources[index];
  append_as_of(model.coverage, style, out);
  append_title(model, resource, style, out);
  append_loss(model.coverage, style, out);
  append_identity(model, index, style, out);
  append_attributes(resource, style, out);
  append_ops(model, ops_of(model, index, options), options.whole, style, out);
  append_changes(model, resource, changes_of(model, index, options), options.whole, style, out);
}

}  // namespace ari::replay
