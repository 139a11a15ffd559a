// What the tests of JSON reports share.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace ari::replay {

// The keys of an object, in the order in which they are written.
inline std::vector<std::string_view> keys(simdjson::dom::element object) {
  std::vector<std::string_view> names;
  for (const auto [key, value] : simdjson::dom::object(object)) names.push_back(key);
  return names;
}

}  // namespace ari::replay
