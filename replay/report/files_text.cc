#include "replay/report/files_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "replay/input/line_number.h"
#include "replay/model/duration_text.h"
#include "replay/report/log_lines.h"
#include "replay/report/words.h"

namespace ari::replay {

namespace {

std::string name_of(const Coverage& coverage, std::size_t file) {
  return short_log_name(coverage, lines_of_file(file));
}

// "at once", "after 1.2ms": from the file before it. Requires: it is not the first.
std::string gap_text(const Coverage& coverage, std::size_t i) {
  const FileCoverage &before = coverage.files[i - 1], &file = coverage.files[i];
  const bool is_later =
      before.last_unix_ns && file.first_unix_ns && *file.first_unix_ns > *before.last_unix_ns;
  if (!is_later) return "at once";
  return "after " +
         duration_text(*file.first_unix_ns - *before.last_unix_ns, coverage.resolution_ns());
}

// "goes on after 1.2ms", "goes on after 3.1s, 2 parts are missing"; empty for a run's first file.
std::string joint_text(const Coverage& coverage, std::size_t i) {
  const FileCoverage& file = coverage.files[i];
  if (i == 0 || coverage.files[i - 1].run != file.run) return {};
  const std::string gap = gap_text(coverage, i);
  if (file.part <= 1 || file.parts_missing == 0) return "goes on " + gap;
  return fmt::format("goes on {}, {} missing in between", gap,
                     count_text(file.parts_missing, "part", "parts"));
}

std::string process_text(const FileCoverage& file) {
  std::string out = escaped(file.program);
  if (file.pid != 0) out += fmt::format("{}process {}", out.empty() ? "" : ", ", file.pid);
  if (file.forked_from != 0) out += fmt::format(", forked from {}", file.forked_from);
  if (file.part > 1) out += fmt::format("{}part {}", out.empty() ? "" : ", ", file.part);
  return out;
}

std::size_t runs_of(const Coverage& coverage) { return coverage.files.back().run + 1; }

std::optional<std::int64_t> end_of_run(const Coverage& coverage, std::size_t run) {
  std::optional<std::int64_t> end;
  for (const FileCoverage& file : coverage.files) {
    if (file.run == run) end = std::max(end, file.last_unix_ns);
  }
  return end;
}

// Two formats at the same time may well be two records of one run.
std::optional<std::string> twice_text(const Coverage& coverage) {
  for (std::size_t i = 0; i < coverage.files.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const FileCoverage &a = coverage.files[j], &b = coverage.files[i];
      if (a.format == b.format || !b.first_unix_ns) continue;
      const auto end = end_of_run(coverage, a.run);
      if (!end || *end < *b.first_unix_ns) continue;
      return fmt::format(
          "{} and {} are of the same time and of different formats: if they are two records of "
          "one run, all of it counts twice",
          name_of(coverage, j), name_of(coverage, i));
    }
  }
  return std::nullopt;
}

}  // namespace

std::string parts_missing_text(std::uint64_t parts, bool is_gap) {
  return fmt::format("{} missing before it: {}", count_text(parts, "part is", "parts are"),
                     is_gap ? kBehindGap : "counts and times are those from there on");
}

std::vector<std::string> file_lines(const Coverage& coverage) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < coverage.files.size(); ++i) {
    const FileCoverage& file = coverage.files[i];
    std::string line = log_name(coverage, lines_of_file(i)) + ": ";
    if (const std::string joint = joint_text(coverage, i); !joint.empty()) {
      line += joint + ", ";
    } else if (const std::string process = process_text(file); !process.empty()) {
      line += process + ", ";
    }
    if (coverage.format != file.format) line += file.format + ", ";
    out.push_back(line + count_text(file.events, "event", "events"));
  }
  return out;
}

std::string merging_text(const Coverage& coverage) {
  const std::size_t runs = runs_of(coverage);
  std::string out;
  if (runs < coverage.files.size()) {
    const bool by_header = std::any_of(coverage.files.begin(), coverage.files.end(),
                                       [](const FileCoverage& f) { return f.pid != 0; });
    out = by_header ? "files of one run by the process that they name, and by their names or times"
                    : "files of one run by their names or how they begin, and by their times";
  }
  if (runs == 1) return out;
  if (!out.empty()) out += "; ";
  out += fmt::format(
      "{} runs, each with span ids, tasks and threads of its own; instants of different runs "
      "compare as well as the wall clocks agreed when each log began",
      runs);
  return out;
}

std::vector<std::string> file_losses(const Coverage& coverage) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < coverage.files.size(); ++i) {
    const FileCoverage& file = coverage.files[i];
    const std::string name = name_of(coverage, i);
    const bool goes_on = i + 1 < coverage.files.size() && coverage.files[i + 1].continues;
    const bool has_own_end = !goes_on || coverage.files[i + 1].part > 1;
    if (file.events_lost > 0) {
      out.push_back(
          fmt::format("{}: {} lost by the recorder: counts are lower bounds, times may be off",
                      name, count_text(file.events_lost, "event", "events")));
    }
    if (file.parts_missing > 0 && file.part > 1) {
      out.push_back(name + ": " + parts_missing_text(file.parts_missing, file.continues));
    } else if (file.parts_missing > 0) {
      out.push_back(fmt::format("{}: goes on {}, and {} left out before it: lines may be missing",
                                name, gap_text(coverage, i),
                                count_text(file.parts_missing, "name is", "names are")));
    }
    if (file.torn) {
      out.push_back(name + ": the last line is cut: the program died, or is still writing");
    } else if (file.orderly_end == false && goes_on && has_own_end) {
      out.push_back(
          fmt::format("{} does not end in good order, but the log goes on: {}", name, kBehindGap));
    } else if (file.orderly_end == false && has_own_end) {
      out.push_back(name + " does not end in good order: the program died, or is still writing");
    }
  }
  if (const auto twice = twice_text(coverage)) out.push_back(*twice);
  return out;
}

}  // namespace ari::replay
