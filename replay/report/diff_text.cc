#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "replay/diff/rank_test.h"
#include "replay/model/duration_text.h"
#include "replay/report/count_line.h"
#include "replay/report/coverage_text.h"
#include "replay/report/diff_view.h"
#include "replay/report/display_width.h"
#include "replay/report/shorten.h"
#include "replay/report/table.h"
#include "replay/report/words.h"
#include "replay/report/wrap.h"

namespace ari::replay {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kKindsShown = 10;  // of those without a verdict no more, unless asked for
constexpr std::size_t kLeastPlace = 14;  // columns of a source location

// What a measure is called, and what it is if it has become more or less.
struct Words {
  const char* measure;
  const char* more;
  const char* less;
};
constexpr Words kBusy = {"busy", "slower", "faster"};
constexpr Words kScheduled = {"scheduled", "waits longer", "waits less"};
constexpr Words kWaited = {"waited", "waits longer", "waits less"};
constexpr Words kWakes = {"wakes", "wakes more", "wakes less"};

std::string p_text(double p) {
  return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.{}f}", p, p < 0.1 ? 3 : 2);
}

// "+50%", "−3%"; from 900% on "×10".
std::string growth_text(double a, double b) {
  if (a == 0) return b == 0 ? "±0%" : "from 0";
  const double ratio = b / a;
  if (ratio >= 10) return fmt::format("×{:.0f}", ratio);
  const double percent = std::round((ratio - 1) * 100);
  if (percent == 0) return "±0%";
  return fmt::format("{}{:.0f}%", percent < 0 ? "−" : "+", std::abs(percent));
}

Cell verdict_cell(const Measure& m, const Words& words, std::int64_t threshold_percent) {
  switch (m.change) {
    case Change::kNotTold:
      return {m.a.count + m.b.count == 0 ? "no samples" : "in one log only", Role::kDim};
    case Change::kTooFew:
      return {"too few to tell", Role::kDim};
    case Change::kWithin:
      return {fmt::format("within {}%", threshold_percent), Role::kDim};
    case Change::kUnclear:
      return {fmt::format("unclear ({})", p_text(*m.p))};
    case Change::kMore:
      return {fmt::format("{} ({})", words.more, p_text(*m.p)), Role::kWarning};
    case Change::kLess:
      return {fmt::format("{} ({})", words.less, p_text(*m.p)), Role::kGood};
  }
  return {};
}

// The figures of one log as a row; `is_b`: the second of the two.
void add_row(Table& table, const Measure& m, const Words& words, bool is_b, std::int64_t resolution,
             std::int64_t threshold_percent) {
  const Figures& f = is_b ? m.b : m.a;
  const bool counts = &words == &kWakes;
  const auto text = [&](std::int64_t figure) {
    if (f.count == 0) return std::string("–");
    return counts ? count_text(static_cast<std::uint64_t>(figure))
                  : duration_text(figure, resolution);
  };
  const std::string mean =
      counts && f.count > 0 ? fmt::format("{:.1f}", f.mean) : text(std::llround(f.mean));
  const bool has_both = m.a.count > 0 && m.b.count > 0;
  table.add(
      {{is_b ? "" : words.measure},
       {is_b ? "B" : "A", Role::kDim},
       {count_text(f.count), Role::kDim},
       {text(f.p50), Role::kFigure},
       {text(f.p99)},
       {mean},
       {is_b && has_both ? growth_text(static_cast<double>(m.a.p50), static_cast<double>(m.b.p50))
                         : ""},
       is_b ? verdict_cell(m, words, threshold_percent) : Cell{}});
}

bool has_verdict(const KindComparison& kind) {
  return has(kind, Change::kMore) || has(kind, Change::kLess);
}

std::string kind_text(const KindComparison& comparison) {
  const std::string &name = comparison.name, &kind = comparison.kind.kind;
  std::string out = escaped(!name.empty() ? name : kind);
  if (out.empty()) out = "task";
  if (!name.empty() && !kind.empty()) out += " (" + escaped(kind) + ")";
  return out;
}

// `text` behind `lead`, its further lines indented as far.
void append_behind(std::string lead, std::size_t columns, const std::string& text,
                   const TextStyle& style, std::string& out) {
  for (const std::string& line : wrap(text, style.width - columns)) {
    out += lead + line + '\n';
    lead.assign(columns, ' ');
  }
}

// `lead` and a place, on the line of a heading that has so many columns.
void append_place(std::string_view lead, const SourceLocation& place, std::size_t columns,
                  const TextStyle& style, std::string& out) {
  const std::size_t used = columns + lead.size();
  const std::size_t room = style.width > used + kLeastPlace ? style.width - used : kLeastPlace;
  out += lead;
  style.paint.append(out, Role::kResource, shorten_location(escaped(location_text(place)), room));
}

void append_heading(const KindComparison& comparison, const TextStyle& style, std::string& out) {
  const TaskKind& kind = comparison.kind;
  const std::string name = kind_text(comparison);
  style.paint.append(out, Role::kTask, name);
  if (!kind.file.empty()) {
    append_place("  spawned at ", {kind.file, kind.line, kind.column, ""}, display_width(name),
                 style, out);
  }
  out += '\n';
}

std::vector<Column> measure_columns() {
  return {{},
          {},
          {"count", Align::kRight, 20},
          {"p50", Align::kRight},
          {"p99", Align::kRight, 60},
          {"mean", Align::kRight, 40},
          {"change", Align::kRight},
          {"verdict"}};
}

// "Sleep::new_timeout at src/main.rs:3:5": what was waited in, and where that was made.
void append_wait(const WaitComparison& wait, const Compared& compared, const TextStyle& style,
                 std::string& out) {
  const WaitPlace& place = wait.place;
  const std::string& what = place.source.empty() ? place.concrete_type : place.source;
  style.paint.append(out, Role::kTask, what.empty() ? "wait" : escaped(what));
  if (place.file.empty() && !place.source.empty() && !place.concrete_type.empty()) {
    out += " on ";
    style.paint.append(out, Role::kResource, escaped(place.concrete_type));
  }
  if (!place.file.empty()) {
    append_place("  at ", {place.file, place.line, place.column, ""}, display_width(what), style,
                 out);
  }
  out += '\n';
  Table table(measure_columns());
  const std::int64_t percent = compared.rules.threshold_percent;
  add_row(table, wait.waited, kWaited, false, compared.a.resolution_ns(), percent);
  add_row(table, wait.waited, kWaited, true, compared.b.resolution_ns(), percent);
  table.render(style.width, kIndent, style.paint, out);
}

// Those with a verdict, or all.
void append_waits(const Compared& compared, bool show_all, const TextStyle& style,
                  std::string& out) {
  const std::vector<WaitComparison>& waits = compared.comparison.waits;
  if (waits.empty()) return;
  out += '\n';
  style.paint.append(out, Role::kHeading, "Waits");
  out += "  by what was waited in, and where that was made\n";
  std::size_t hidden = 0;
  for (const WaitComparison& wait : waits) {
    const Change change = wait.waited.change;
    const bool moved =
        change == Change::kMore || change == Change::kLess || change == Change::kUnclear;
    if (!show_all && !moved) {
      ++hidden;
      continue;
    }
    out += '\n';
    append_wait(wait, compared, style, out);
  }
  if (hidden == 0) return;
  if (hidden < waits.size()) out += '\n';
  append_note(fmt::format("{} no longer or shorter, or too few to tell; --all shows them",
                          count_text(hidden, "wait is", "waits are")),
              style, out);
}

// Returns the columns that did not fit.
std::vector<std::string_view> append_kind(const KindComparison& kind, const Compared& compared,
                                          const TextStyle& style, std::string& out) {
  const std::int64_t a_step = compared.a.resolution_ns(), b_step = compared.b.resolution_ns();
  append_heading(kind, style, out);
  const auto change = [&](const std::string& a, const std::string& b) {
    return fmt::format("{} → {}", kind.a_tasks > 0 ? a : "–", kind.b_tasks > 0 ? b : "–");
  };
  append_behind("  ", kIndent,
                fmt::format("tasks {}, polls {}, total {}",
                            change(count_text(kind.a_tasks), count_text(kind.b_tasks)),
                            change(count_text(kind.a_polls), count_text(kind.b_polls)),
                            change(duration_text(kind.a_total_ns, a_step),
                                   duration_text(kind.b_total_ns, b_step))),
                style, out);
  if (kind.a_tasks == 0 || kind.b_tasks == 0) return {};
  Table table(measure_columns());
  const auto add = [&](const Measure& m, const Words& words) {
    add_row(table, m, words, false, a_step, compared.rules.threshold_percent);
    add_row(table, m, words, true, b_step, compared.rules.threshold_percent);
  };
  add(kind.busy, kBusy);
  add(kind.scheduled, kScheduled);
  add(kind.wakes, kWakes);
  return table.render(style.width, kIndent, style.paint, out);
}

void append_log(std::string_view label, const Coverage& coverage, const TextStyle& style,
                std::string& out) {
  append_behind(
      style.paint(Role::kHeading, label) + "  ", label.size() + 2,
      fmt::format("{}  {}, {}", coverage.path == "-" ? "standard input" : escaped(coverage.path),
                  escaped(coverage.format), count_text(coverage.events, "event", "events")),
      style, out);
  append_as_of(coverage, style, out);
  append_loss(coverage, style, out);
}

// What makes the figures coarser than they look.
void append_lacks(const Compared& compared, const TextStyle& style, std::string& out) {
  if (!compared.by_location) {
    append_note(
        "! not both logs tell where tasks were spawned: they are told apart by name and "
        "kind only",
        style, out, Role::kWarning);
  }
  if (!compared.by_waits) {
    append_note("not both logs tell of resources: what tasks wait for is not compared", style, out);
  }
  for (const Coverage* log : {&compared.a, &compared.b}) {
    if (!compared.by_waits || !log->inferred || log->inferred->lines_guessed == 0) continue;
    append_note(
        fmt::format("in {} {} about one of several spans that look alike, by order only: waits in "
                    "timers or locks made at the same place may be mixed up",
                    log == &compared.a ? "A" : "B",
                    count_text(log->inferred->lines_guessed, "line is", "lines are")),
        style, out);
  }
  if (compared.rules.resolution_ns > 1) {
    append_note(
        "a log has whole microseconds only: times that differ by 1µs or less count as equal", style,
        out);
  }
}

std::string basis_text(const Compared& compared) {
  const std::uint64_t tests = compared.comparison.tests;
  if (tests == 0) {
    return fmt::format(
        "no kind has the {} samples in both logs that a test needs: nothing is judged",
        kFewestSamples);
  }
  return fmt::format(
      "Change is that of p50. p: how likely such samples are if it is within {}%, by a rank test "
      "with Holm's correction for {}; a verdict needs p < {}. What differs between the two runs as "
      "a whole, such as a busy machine, no test can tell from the program.",
      compared.rules.threshold_percent, count_text(tests, "test", "tests"), kChanceAccepted);
}

struct IdleChange {
  const KindComparison* kind;
  double a_ns, b_ns;  // a task
};

// The idle times a task that moved by more than the threshold, what moved most first.
std::vector<IdleChange> idle_changes(const Compared& compared) {
  std::vector<IdleChange> out;
  const double allowed = static_cast<double>(compared.rules.threshold_percent) / 100;
  for (const KindComparison& kind : compared.comparison.kinds) {
    if (kind.a_tasks == 0 || kind.b_tasks == 0) continue;
    const double a = static_cast<double>(kind.a_idle_ns) / static_cast<double>(kind.a_tasks);
    const double b = static_cast<double>(kind.b_idle_ns) / static_cast<double>(kind.b_tasks);
    const double step = static_cast<double>(compared.rules.resolution_ns);
    if (std::abs(b - a) > std::max(step, std::min(a, b) * allowed)) out.push_back({&kind, a, b});
  }
  std::stable_sort(out.begin(), out.end(), [](const IdleChange& x, const IdleChange& y) {
    return std::abs(x.b_ns - x.a_ns) > std::abs(y.b_ns - y.a_ns);
  });
  return out;
}

// "not judged: idle time a task, worker (task) 451ms → 1.87s (+315%), 3 more kinds"; empty if none
// moved. A run can be slower by what its tasks wait for alone.
std::string unjudged_text(const Compared& compared) {
  constexpr std::size_t kShown = 3;
  const std::vector<IdleChange> changes = idle_changes(compared);
  if (changes.empty()) return {};
  const std::int64_t a_step = compared.a.resolution_ns(), b_step = compared.b.resolution_ns();
  std::string out = "not judged: idle time a task, ";
  for (std::size_t i = 0; i < std::min(kShown, changes.size()); ++i) {
    const IdleChange& change = changes[i];
    out += fmt::format("{}{} {} → {} ({})", i > 0 ? ", " : "", kind_text(*change.kind),
                       duration_text(std::llround(change.a_ns), a_step),
                       duration_text(std::llround(change.b_ns), b_step),
                       growth_text(change.a_ns, change.b_ns));
  }
  if (changes.size() > kShown) {
    out += ", " + count_text(changes.size() - kShown, "more kind", "more kinds");
  }
  return out;
}

void append_verdict(const Compared& compared, const TextStyle& style, std::string& out) {
  const Comparison& c = compared.comparison;
  std::uint64_t only_a = 0, only_b = 0;
  for (const KindComparison& kind : c.kinds) {
    only_a += kind.b_tasks == 0 ? 1 : 0;
    only_b += kind.a_tasks == 0 ? 1 : 0;
  }
  style.paint.append(out, c.regressions > 0 ? Role::kWarning : Role::kGood,
                     count_text(c.regressions, "regression", "regressions"));
  out += fmt::format(", {} beyond {}%\n", count_text(c.improvements, "improvement", "improvements"),
                     compared.rules.threshold_percent);
  std::string rest = count_text(c.kinds.size(), "kind of task", "kinds of task");
  if (only_a > 0) rest += fmt::format(", {} only in A", count_text(only_a));
  if (only_b > 0) rest += fmt::format(", {} only in B", count_text(only_b));
  rest += fmt::format("; {} times", word(compared.semantics));
  append_note(rest, style, out, Role::kPlain);
  if (const std::string unjudged = unjudged_text(compared); !unjudged.empty()) {
    append_note(unjudged, style, out, Role::kWarning);
  }
  append_note(basis_text(compared), style, out);
}

}  // namespace

void diff_text(const Compared& compared, bool show_all, const TextStyle& style, std::string& out) {
  append_log("A", compared.a, style, out);
  append_log("B", compared.b, style, out);
  append_lacks(compared, style, out);
  out += '\n';
  append_verdict(compared, style, out);
  std::vector<std::string_view> left_out;
  std::size_t shown = 0, hidden = 0;
  for (const KindComparison& kind : compared.comparison.kinds) {
    if (!show_all && shown >= kKindsShown && !has_verdict(kind)) {
      ++hidden;
      continue;
    }
    ++shown;
    out += '\n';
    const auto missing = append_kind(kind, compared, style, out);
    if (missing.size() > left_out.size()) left_out = missing;
  }
  if (!left_out.empty()) out += '\n';
  append_left_out(left_out, style, out);
  if (hidden > 0) {
    out += '\n';
    append_note(
        fmt::format("{} left out; --all shows them",
                    count_text(hidden, "kind without a verdict is", "kinds without a verdict are")),
        style, out);
  }
  append_waits(compared, show_all, style, out);
}

}  // namespace ari::replay
