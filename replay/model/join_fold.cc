#include "replay/model/join_fold.h"

#include <algorithm>
#include <charconv>

#include "replay/model/runtime_event.h"

namespace ari::replay {

namespace {

// ari lists no more.
constexpr std::size_t kMost = 64;

bool are_same(const std::vector<Link>& a, const std::vector<Link>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Link& x, const Link& y) { return x.span == y.span; });
}

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

}  // namespace

bool is_join(const subscriber::Record& record) noexcept { return record.target == "runtime::join"; }

Link JoinFold::link(SpanId task) const {
  const Span* span = spans_.find(task);
  const bool is_known = span != nullptr && span->kind == SpanClass::kTask;
  return {task, is_known ? span->index : kNowhere};
}

void JoinFold::told(std::uint32_t task, const subscriber::Record& record, const Moment& now) {
  JoinWait joins;
  joins.op = model_.texts->keep(text_field(record, "op"));
  const auto add = [&](std::uint64_t id) {
    if (id != 0 && joins.tasks.size() < kMost) joins.tasks.push_back(link(id));
  };
  add(whole_number(record, "task").value_or(0));
  for_each_number(text_field(record, "others"), add);
  joins.count =
      std::max<std::uint64_t>(whole_number(record, "tasks").value_or(1), joins.tasks.size());
  joins.needs_all = joins.count == 1 || flag(record, "all");
  joins.has_aborted = flag(record, "aborted");
  joins.since_unix_ns = now.at_unix_ns;
  joins.line = now.line;
  Rare<JoinWait>& before = model_.tasks[task].joins;
  if (before && before->op == joins.op && are_same(before->tasks, joins.tasks)) {
    joins.since_unix_ns = before->since_unix_ns;
  }
  before = std::move(joins);
  joining_.insert(task);
}

}  // namespace ari::replay
