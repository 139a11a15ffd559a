#include "replay/report/resource_selector.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "replay/input/line_number.h"
#include "replay/report/attribute_text.h"
#include "replay/report/choose.h"
#include "replay/report/log_lines.h"
#include "replay/report/shorten.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

Table rows_of(const Model& model, const std::vector<std::size_t>& indices) {
  Table table({{},
               {},
               {"", Align::kLeft, Column::kAlways, shorten_end, 8},
               {"", Align::kLeft, 10, shorten_location, 16},
               {"", Align::kLeft, 20, shorten_end, 12}});
  for (const std::size_t index : indices) {
    const Resource& resource = model.resources[index];
    table.add({{fmt::format("span={}", resource.span)},
               {"line=" + line_text(model.coverage, resource.first_line)},
               {escaped(resource.concrete_type)},
               {escaped(location_text(resource.location))},
               {attributes_text(resource.attributes, resource.span)}});
  }
  return table;
}

}  // namespace

bool ResourceSelector::matches(const Resource& resource) const {
  return (span && resource.span == *span) || (type && resource.concrete_type == *type) ||
         (line && line_in_file(resource.first_line) == *line);
}

Result<ResourceSelector> parse_resource_selector(std::string_view text) {
  ResourceSelector selector;
  selector.text = text;
  const auto after = [&](std::string_view prefix) -> std::optional<std::string_view> {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
  };
  if (const auto type = after("type=")) {
    selector.type = *type;
  } else if (const auto span = after("span=")) {
    if (!(selector.span = parse_id(*span))) return number_expected(text);
  } else if (const auto line = after("line=")) {
    const std::size_t colon = line->rfind(':') + 1;  // npos + 1 is 0
    if (colon > 0) selector.log = line->substr(0, colon - 1);
    if (!(selector.line = parse_id(line->substr(colon)))) return number_expected(text);
  } else {
    selector.span = parse_id(text);
    selector.type = text;
  }
  return selector;
}

Result<std::size_t> find_resource(const Model& model, const ResourceSelector& selector) {
  std::vector<std::size_t> found;
  std::vector<std::string_view> types;
  for (std::size_t i = 0; i < model.resources.size(); ++i) {
    const Resource& resource = model.resources[i];
    types.push_back(resource.concrete_type);
    if (!selector.matches(resource)) continue;
    if (selector.log.empty() ||
        selector.log == short_log_name(model.coverage, resource.first_line)) {
      found.push_back(i);
    }
  }
  if (found.empty() && !model.coverage.facts.resources) {
    return Error{"a log in this format tells of no resources"};
  }
  return choose({"resource", selector.text, std::move(types),
                 [&](const std::vector<std::size_t>& indices) { return rows_of(model, indices); }},
                found);
}

}  // namespace ari::replay
