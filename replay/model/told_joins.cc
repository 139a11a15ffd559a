#include "replay/model/told_joins.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "replay/model/named_field.h"

namespace ari::replay {

namespace {

// ari lists no more.
constexpr std::size_t kMost = 64;

// How the fields are called.
struct Names {
  std::string_view op, task, tasks, others, all, aborted;
};
constexpr Names kInJoin{"op", "task", "tasks", "others", "all", "aborted"};
constexpr Names kInDump{"join.op",     "join.task", "join.tasks",
                        "join.others", "join.all",  "join.aborted"};

// Calls take(id) for each of the numbers with blanks between them.
template <typename Take>
void for_each_number(std::string_view text, Take take) {
  while (!text.empty()) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc()) take(number);
    const std::size_t blank = text.find(' ', static_cast<std::size_t>(end - text.data()));
    text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  }
}

bool flag(const subscriber::Record& record, std::string_view name) {
  return std::any_of(record.fields.begin(), record.fields.end(), [&](const auto& field) {
    return field.name == name && field.value.type() == subscriber::ValueType::kBool &&
           field.value.as_bool();
  });
}

ToldJoins joins_by(const Names& names, const subscriber::Record& record) {
  ToldJoins joins;
  joins.op = text_field(record, names.op);
  const auto add = [&](std::uint64_t id) {
    if (id != 0 && joins.tasks.size() < kMost) joins.tasks.push_back(id);
  };
  add(whole_number(record, names.task).value_or(0));
  for_each_number(text_field(record, names.others), add);
  joins.count =
      std::max<std::uint64_t>(whole_number(record, names.tasks).value_or(1), joins.tasks.size());
  joins.needs_all = joins.count == 1 || flag(record, names.all);
  joins.has_aborted = flag(record, names.aborted);
  return joins;
}

}  // namespace

bool is_join(const subscriber::Record& record) noexcept { return record.target == "runtime::join"; }

ToldJoins joins_in(const subscriber::Record& join) { return joins_by(kInJoin, join); }

std::optional<ToldJoins> joins_in_dump(const subscriber::Record& dump) {
  if (text_field(dump, kInDump.op).empty()) return std::nullopt;
  return joins_by(kInDump, dump);
}

}  // namespace ari::replay
