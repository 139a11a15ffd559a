// ResourceSelector: how a user names a resource, and which one that is.
//
// `7` is a span id as grepped in the log, any other text a type ("Mutex"). `span=7`,
// `type=Mutex` and `line=41` (the resource that begins in that line of the log) say which
// is meant.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "replay/model/model.h"
#include "replay/result.h"

namespace ari::replay {

struct ResourceSelector {
  std::string text;  // as typed
  std::optional<SpanId> span;
  std::optional<std::string> type;
  std::optional<LineNumber> line;
  // The log that `line` is in, by its short name; empty: any. For the find function only,
  // since names are not known before all is read.
  std::string log;

  // Whether any of what is set fits.
  bool matches(const Resource& resource) const;
};

// Fails on `span=x` and the like: a number was expected.
Result<ResourceSelector> parse_resource_selector(std::string_view text);

// The index of the only resource that matches. Else the error lists the candidates, or what
// there is to choose from.
Result<std::size_t> find_resource(const Model& model, const ResourceSelector& selector);

}  // namespace ari::replay
