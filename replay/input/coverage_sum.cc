#include "replay/input/coverage_sum.h"

#include <algorithm>

#include "replay/input/fact_names.h"

namespace ari::replay {

namespace {

// "a, b", each once.
void add_word(std::string& words, const std::string& word) {
  if (word.empty() || words == word || words.ends_with(", " + word)) return;
  if (words.starts_with(word + ", ") || words.find(", " + word + ", ") != std::string::npos) return;
  if (!words.empty()) words += ", ";
  words += word;
}

}  // namespace

void add(Inferred& inferred, const GuessedLock& lock) {
  std::vector<GuessedLock>& known = inferred.guessed_locks;
  if (known.size() < Inferred::kGuessedLocksKept) {
    known.push_back(lock);
    if (known.size() == Inferred::kGuessedLocksKept) known.back().span = 0;
  } else {
    known.back().since_unix_ns = std::min(known.back().since_unix_ns, lock.since_unix_ns);
  }
}

void add(std::optional<Inferred>& sum, const std::optional<Inferred>& more) {
  if (!more) return;
  if (!sum) sum.emplace();
  for (const InferredName& name : kInferredNames) *sum.*name.count += *more.*name.count;
  if (more->lines_guessed > 0) {
    const std::int64_t lines_since = more->lines_guessed_since_unix_ns.value_or(INT64_MIN);
    sum->lines_guessed_since_unix_ns =
        std::min(sum->lines_guessed_since_unix_ns.value_or(lines_since), lines_since);
  }
  const auto since = more->locks_guessed_since_unix_ns;
  auto& first = sum->locks_guessed_since_unix_ns;
  if (!since) return;
  if (first && sum->guessed_locks.empty()) add(*sum, {0, *first});
  first = std::min(first.value_or(*since), *since);
  for (const GuessedLock& lock : more->guessed_locks) add(*sum, lock);
  if (more->guessed_locks.empty()) add(*sum, {0, *since});
}

// What is there to be shown if any of the formats tells it, and what only holds if all do.
Facts common(const Facts& a, const Facts& b) {
  return {.span_ids = a.span_ids && b.span_ids,
          .lifetimes = a.lifetimes && b.lifetimes,
          .polls = a.polls && b.polls,
          .threads = a.threads || b.threads,
          .locations = a.locations || b.locations,
          .targets = a.targets || b.targets,
          .resources = a.resources || b.resources,
          .destroys = a.destroys && b.destroys,
          .outcomes = a.outcomes || b.outcomes,
          .nanoseconds = a.nanoseconds && b.nanoseconds};
}

void add(Coverage& sum, const Coverage& run) {
  if (sum.format.empty()) sum.time_base = run.time_base;
  if (sum.time_base != run.time_base) sum.time_base = TimeBase::kUtc;
  add_word(sum.format, run.format);
  add_word(sum.program, run.program);
  add_word(sum.filter, run.filter);
  sum.facts = common(sum.facts, run.facts);
  sum.bytes_read += run.bytes_read;
  sum.bytes_used += run.bytes_used;
  sum.bytes_skipped += run.bytes_skipped;
  sum.lines += run.lines;
  sum.lines_skipped += run.lines_skipped;
  sum.lines_skipped_within += run.lines_skipped_within;
  if (sum.lines_other == 0) sum.first_other_line = run.first_other_line;
  sum.lines_other += run.lines_other;
  sum.bytes_other += run.bytes_other;
  sum.lines_left_out += run.lines_left_out;
  sum.bytes_left_out += run.bytes_left_out;
  sum.events += run.events;
  sum.events_lost += run.events_lost;
  sum.events_missing += run.events_missing;
  sum.names_skipped += run.names_skipped;
  sum.parts_missing += run.parts_missing;
  sum.part_gaps += run.part_gaps;
  sum.recordings += run.recordings;
  sum.step_ns = std::max(sum.step_ns, run.step_ns);
  sum.torn = sum.torn || run.torn;
  if (run.orderly_end != true && sum.orderly_end != false) sum.orderly_end = run.orderly_end;
  if (run.first_unix_ns) {
    sum.first_unix_ns =
        std::min(sum.first_unix_ns.value_or(*run.first_unix_ns), *run.first_unix_ns);
    sum.last_unix_ns = std::max(sum.last_unix_ns, run.last_unix_ns);
  }
  add(sum.inferred, run.inferred);
  sum.problems_dropped += run.problems_dropped;
  for (const Problem& problem : run.problems) {
    if (sum.problems.size() < Coverage::kProblemsKept) {
      sum.problems.push_back(problem);
    } else {
      ++sum.problems_dropped;
    }
  }
  sum.files.insert(sum.files.end(), run.files.begin(), run.files.end());
}

}  // namespace ari::replay
