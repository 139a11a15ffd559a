#include "replay/report/resource_selector.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "replay/report/attribute_text.h"
#include "replay/report/edit_distance.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

constexpr std::size_t kListed = 12;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

// A line for each candidate, with all that can be typed to mean it.
std::string candidates(const Model& model, const std::vector<std::size_t>& indices) {
  constexpr std::size_t kWidth = 80;
  Table table({{},
               {},
               {"", Align::kLeft, Column::kAlways, shorten_end, 8},
               {"", Align::kLeft, 10, shorten_location, 16},
               {"", Align::kLeft, 20, shorten_end, 12}});
  for (std::size_t i = 0; i < indices.size() && i < kListed; ++i) {
    const Resource& resource = model.resources[indices[i]];
    table.add({{fmt::format("span={}", resource.span)},
               {fmt::format("line={}", resource.first_line)},
               {escaped(resource.concrete_type)},
               {escaped(location_text(resource.location))},
               {attributes_text(resource.attributes, resource.span)}});
  }
  std::string out = "\n";
  table.render(kWidth, 2, Paint(subscriber::ColourDepth::kNone), out);
  if (indices.size() > kListed) {
    out += fmt::format("  and {} more\n", count_text(indices.size() - kListed));
  }
  out.pop_back();  // whoever prints the message ends the line
  return out;
}

Error not_found(const Model& model, const ResourceSelector& selector) {
  if (!model.coverage.facts.resources) return {"a log in this format tells of no resources"};
  std::vector<std::string_view> types;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < model.resources.size(); ++i) {
    types.push_back(model.resources[i].concrete_type);
    all.push_back(i);
  }
  if (all.empty()) return {"there is no resource in this log"};
  return {fmt::format("no resource '{}'{}; there {}:", escaped(selector.text),
                      did_you_mean(selector.text, types), all.size() == 1 ? "is" : "are") +
          candidates(model, all)};
}

}  // namespace

bool ResourceSelector::matches(const Resource& resource) const {
  return (span && resource.span == *span) || (type && resource.concrete_type == *type) ||
         (line && resource.first_line == *line);
}

Result<ResourceSelector> parse_resource_selector(std::string_view text) {
  ResourceSelector selector;
  selector.text = text;
  const auto after = [&](std::string_view prefix) -> std::optional<std::string_view> {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
  };
  const auto wrong_number = [&] {
    return Error{fmt::format("'{}': expected a number after '='", escaped(text))};
  };
  if (const auto type = after("type=")) {
    selector.type = *type;
  } else if (const auto span = after("span=")) {
    if (!(selector.span = parse_number(*span))) return wrong_number();
  } else if (const auto line = after("line=")) {
    if (!(selector.line = parse_number(*line))) return wrong_number();
  } else {
    selector.span = parse_number(text);
    selector.type = text;
  }
  return selector;
}

Result<std::size_t> find_resource(const Model& model, const ResourceSelector& selector) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < model.resources.size(); ++i) {
    if (selector.matches(model.resources[i])) found.push_back(i);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return not_found(model, selector);
  return Error{fmt::format("'{}' is {} resources; say which one:", escaped(selector.text),
                           count_text(found.size())) +
               candidates(model, found)};
}

}  // namespace ari::replay
