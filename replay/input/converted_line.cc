#include "replay/input/converted_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/coverage_sum.h"
#include "replay/input/fact_names.h"
#include "subscriber/timestamp.h"

namespace ari::replay {

using subscriber::Field;
using trace::ValueType;

namespace {

constexpr std::string_view kLocksGuessed = "locks_guessed_since_unix_ns";

}  // namespace

void append_converted_line(const Coverage& coverage, std::string& out) {
  const bool lacks_none =
      std::all_of(kFactNames.begin(), kFactNames.end(),
                  [&](const FactName& name) { return coverage.facts.*name.fact; });
  if (lacks_none && !coverage.inferred) return;
  subscriber::Timestamp at;
  at.move_to(coverage.last_unix_ns.value_or(0));
  out += fmt::format(R"({{"at":"{}.{:09}Z","k":"converted","fields":{{"format":"{}")",
                     at.date_and_time(), at.fraction_ns(), coverage.format);
  for (const FactName& name : kFactNames) {
    out += fmt::format(R"(,"{}":{})", name.name, coverage.facts.*name.fact);
  }
  for (const InferredName& name : kInferredNames) {
    if (!coverage.inferred) break;
    out += fmt::format(R"(,"{}":{})", name.name, *coverage.inferred.*name.count);
  }
  if (coverage.inferred && coverage.inferred->locks_guessed_since_unix_ns) {
    out +=
        fmt::format(R"(,"{}":{})", kLocksGuessed, *coverage.inferred->locks_guessed_since_unix_ns);
  }
  out += "}}\n";
}

void read_converted_line(std::span<const Field> fields, bool is_first, Coverage& coverage) {
  Facts facts = coverage.facts;
  Inferred inferred;
  bool any_inferred = false;
  for (const Field& field : fields) {
    for (const FactName& name : kFactNames) {
      const bool told = field.name == name.name && field.value.type() == ValueType::kBool;
      if (told) facts.*name.fact = field.value.as_bool();
    }
    for (const InferredName& name : kInferredNames) {
      const bool told = field.name == name.name && field.value.type() == ValueType::kU64;
      if (told) inferred.*name.count = field.value.as_u64();
      any_inferred = any_inferred || told;
    }
    if (field.name == kLocksGuessed && field.value.type() == ValueType::kU64) {
      inferred.locks_guessed_since_unix_ns = static_cast<std::int64_t>(field.value.as_u64());
    }
  }
  coverage.facts = is_first ? facts : common(coverage.facts, facts);
  if (any_inferred) add(coverage.inferred, inferred);
}

}  // namespace ari::replay
