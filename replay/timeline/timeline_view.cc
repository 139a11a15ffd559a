#include "replay/timeline/timeline_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "replay/model/duration_text.h"
#include "replay/model/saturating.h"
#include "replay/report/coverage_text.h"
#include "replay/report/display_width.h"
#include "replay/report/instant_text.h"
#include "replay/report/json_members.h"
#include "replay/report/shorten.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"
#include "replay/timeline/lanes.h"

namespace ari::replay {

namespace {

constexpr std::size_t kBusiestShown = 40;
constexpr std::size_t kLeastLabel = 12, kMostLabel = 28;
constexpr std::size_t kGap = 2;
constexpr std::size_t kWide = 60;  // from here on the head is one line
constexpr std::string_view kLegendGap = "   ";
constexpr std::int64_t kColumnsATick = 12;

struct Span {
  std::int64_t begin_unix_ns, end_unix_ns;
};

// What is to be drawn; at least a nanosecond long.
Span span_of(const Coverage& coverage, const TimelineOptions& options) {
  const std::int64_t start = coverage.first_unix_ns.value_or(0);
  const std::int64_t begin = options.from ? options.from->unix_ns(start) : start;
  const std::int64_t end =
      options.to ? options.to->unix_ns(start) : coverage.last_unix_ns.value_or(start);
  return {begin, std::max(end, begin + 1)};
}

bool is_within(const RowSlice& slice, const Span& span) {
  return slice.end_unix_ns >= span.begin_unix_ns && slice.begin_unix_ns <= span.end_unix_ns;
}

bool is_within(const Row& row, const Span& span) {
  return std::any_of(row.slices.begin(), row.slices.end(),
                     [&](const RowSlice& slice) { return is_within(slice, span); });
}

// In the slices that are listed.
std::int64_t busy_ns_within(const Row& row, const Span& span) {
  std::int64_t sum_ns = 0;
  for (const RowSlice& slice : row.slices) {
    const bool busy = slice.activity == Activity::kPoll || slice.activity == Activity::kDestroy;
    if (busy && is_within(slice, span)) sum_ns += slice.end_unix_ns - slice.begin_unix_ns;
  }
  return sum_ns;
}

using RowPointers = std::vector<const Row*>;

// The rows of a group that have something to show, in order of appearance.
RowPointers rows_of(const Rows& rows, TrackGroup group, const Span& span) {
  RowPointers out;
  for (const Row& row : rows.rows()) {
    if (row.group == group && is_within(row, span)) out.push_back(&row);
  }
  return out;
}

// Asks `keep` about each row, the busiest first, and leaves those for which it says yes,
// still in order of appearance. Returns how many went.
template <typename Keep>
std::size_t keep_busiest(RowPointers& rows, Keep keep) {
  RowPointers by_busy = rows;
  std::stable_sort(by_busy.begin(), by_busy.end(),
                   [](const Row* a, const Row* b) { return a->busy_ns > b->busy_ns; });
  std::unordered_set<const Row*> gone;
  for (const Row* row : by_busy) {
    if (!keep(*row)) gone.insert(row);
  }
  std::erase_if(rows, [&](const Row* row) { return gone.contains(row); });
  return gone.size();
}

std::size_t keep_rows(RowPointers& rows, std::size_t most) {
  std::size_t kept = 0;
  return keep_busiest(rows, [&](const Row&) { return kept++ < most; });
}

std::size_t keep_slices(RowPointers& rows, std::size_t most) {
  return keep_busiest(rows, [&](const Row& row) {
    if (row.slices.size() > most) return false;
    most -= row.slices.size();
    return true;
  });
}

// The smallest step of 1, 2, 5, 10, … ns of which no tick stands too near to the next.
std::int64_t tick_step(std::int64_t length_ns, std::size_t columns) {
  const std::int64_t least = length_ns / static_cast<std::int64_t>(columns) * kColumnsATick;
  std::int64_t step = 1;
  for (int i = 0; step < least; ++i) step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

// "0     100ms     200ms", each label at the column of its tick.
std::string scale(const Stretch& stretch, std::int64_t start_unix_ns) {
  const std::int64_t length = stretch.end_unix_ns - stretch.begin_unix_ns;
  const std::int64_t step = tick_step(length, stretch.columns);
  const std::int64_t first = (stretch.begin_unix_ns - start_unix_ns + step - 1) / step * step;
  std::string out;
  std::size_t used = 0;
  for (std::int64_t tick = first;; tick = saturating_add(tick, step)) {
    const double share = static_cast<double>(tick - (stretch.begin_unix_ns - start_unix_ns)) /
                         static_cast<double>(length);
    const auto column = static_cast<std::size_t>(share * static_cast<double>(stretch.columns));
    const std::string label = "│" + (tick == 0 ? std::string("0") : step_text(tick));
    if (column + display_width(label) > stretch.columns) return out;
    if (column < used) continue;
    out.append(column - used, ' ').append(label);
    used = column + display_width(label);
  }
}

Role role_of(Mark mark) {
  switch (mark) {
    case Mark::kBusy:
      return Role::kTask;
    case Mark::kScheduled:
      return Role::kWarning;
    default:
      return Role::kDim;
  }
}

// Draws rows below each other, their labels before them.
class Drawing {
 public:
  Drawing(const Stretch& stretch, std::size_t label_columns, const TextStyle& style,
          std::string& out)
      : stretch_(stretch), label_columns_(label_columns), style_(style), out_(out) {}

  void title(std::string_view text, std::string_view beside) {
    label(text, Role::kHeading);
    style_.paint.append(out_, Role::kDim, beside);
    end_line();
  }

  void row(const Row& row) {
    label(shorten_middle(row.label, label_columns_),
          row.group == TrackGroup::kTasks ? Role::kTask : Role::kPlain);
    // Neighbours of one colour are painted in one piece.
    std::string piece;
    Mark mark = Mark::kAbsent;
    for (const LaneCell cell : draw_lane(row, stretch_)) {
      if (cell.mark != mark && !piece.empty()) flush(piece, mark);
      mark = cell.mark;
      piece += character(cell);
    }
    if (mark != Mark::kAbsent) flush(piece, mark);
    end_line();
  }

 private:
  void label(std::string_view text, Role role) {
    style_.paint.append(out_, role, text);
    out_.append(label_columns_ + kGap - display_width(text), ' ');
  }
  void flush(std::string& piece, Mark mark) {
    style_.paint.append(out_, role_of(mark), piece);
    piece.clear();
  }
  void end_line() {
    out_.erase(out_.find_last_not_of(' ') + 1);
    out_ += '\n';
  }

  const Stretch& stretch_;
  std::size_t label_columns_;
  const TextStyle& style_;
  std::string& out_;
};

std::size_t label_columns(const RowPointers& tasks, const RowPointers& threads, std::size_t width) {
  std::size_t widest = kLeastLabel;
  for (const RowPointers* rows : {&tasks, &threads}) {
    for (const Row* row : *rows) widest = std::max(widest, display_width(row->label));
  }
  return std::min({widest, kMostLabel, width / 3});
}

void append_note(std::string_view text, const TextStyle& style, std::string& out) {
  for (const std::string& line : wrap(text, style.width)) {
    style.paint.append(out, Role::kDim, line);
    out += '\n';
  }
}

void append_legend(const TextStyle& style, std::string& out) {
  constexpr std::pair<Mark, std::string_view> kLegend[] = {
      {Mark::kBusy, "▁█ in a poll, the higher the longer"},
      {Mark::kScheduled, "░ scheduled"},
      {Mark::kIdle, "· idle"}};
  std::size_t used = 0;
  for (const auto& [mark, text] : kLegend) {
    const std::size_t columns = kLegendGap.size() + display_width(text);
    const bool fits = used + columns <= style.width;
    if (used > 0) out += fits ? kLegendGap : "\n";
    used = fits ? used + columns : columns;
    style.paint.append(out, role_of(mark), text);
  }
  out += '\n';
}

void write_row(JsonWriter& json, const Row& row, const Span& span) {
  json.new_line();
  json.begin_object();
  json.member("group", row.group == TrackGroup::kTasks ? "tasks" : "threads");
  json.key("span");
  row.span != trace::kNoSpan ? json.value(row.span) : json.null();
  json.member("label", row.label);
  json.member("busy_ns", busy_ns_within(row, span));
  json.key("slices");
  json.begin_list();
  for (const RowSlice& slice : row.slices) {
    if (!is_within(slice, span)) continue;
    json.begin_object();
    json.member("activity", word(slice.activity));
    member_instant(json, "at", slice.begin_unix_ns);
    json.member("duration_ns", slice.end_unix_ns - slice.begin_unix_ns);
    json.end_object();
  }
  json.end_list();
  json.end_object();
}

}  // namespace

void timeline_text(const Rows& rows, const Coverage& coverage, const TimelineOptions& options,
                   const TextStyle& style, std::string& out) {
  const Span span = span_of(coverage, options);
  RowPointers tasks = rows_of(rows, TrackGroup::kTasks, span);
  const RowPointers threads = rows_of(rows, TrackGroup::kThreads, span);
  const std::size_t left_out = options.all ? 0 : keep_rows(tasks, kBusiestShown);
  const std::size_t labels = label_columns(tasks, threads, style.width);
  const Stretch stretch{span.begin_unix_ns, span.end_unix_ns, style.width - labels - kGap};
  const std::int64_t length = span.end_unix_ns - span.begin_unix_ns;

  style.paint.append(out, Role::kHeading, instant_text(span.begin_unix_ns, coverage));
  out += style.width < kWide ? "\n" : "  ";
  out += fmt::format("{}, {} a column\n", duration_text(length, coverage.resolution_ns()),
                     duration_text(length / static_cast<std::int64_t>(stretch.columns)));
  append_loss(coverage, style, out);
  out += '\n';
  const std::string ticks = scale(stretch, coverage.first_unix_ns.value_or(0));
  Drawing drawing(stretch, labels, style, out);
  drawing.title("tasks", ticks);
  for (const Row* row : tasks) drawing.row(*row);
  if (!threads.empty()) {
    out += '\n';
    drawing.title("threads", ticks);
    for (const Row* row : threads) drawing.row(*row);
  }
  out += '\n';
  append_legend(style, out);
  if (left_out > 0) {
    append_note(fmt::format("the {} busiest tasks; {}: see --all", tasks.size(),
                            count_text(left_out, "more", "more")),
                style, out);
  }
  if (!coverage.facts.threads) {
    append_note("the format does not tell threads: no rows for them", style, out);
  }
}

void timeline_json(const Rows& rows, const Coverage& coverage, const TimelineOptions& options,
                   std::string& out) {
  const Span span = span_of(coverage, options);
  RowPointers shown = rows_of(rows, TrackGroup::kTasks, span);
  const RowPointers threads = rows_of(rows, TrackGroup::kThreads, span);
  shown.insert(shown.end(), threads.begin(), threads.end());
  const std::size_t left_out = keep_slices(shown, options.most_slices);
  JsonWriter json(out);
  json.begin_object();
  write_head(json, Semantics::kCorrected, coverage);
  json.member("rows_left_out", left_out);
  json.key("rows");
  json.begin_list();
  for (const Row* row : shown) write_row(json, *row, span);
  json.end_list();
  json.end_object();
  out += '\n';
}

}  // namespace ari::replay
