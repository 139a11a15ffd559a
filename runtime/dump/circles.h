// Circles: tasks of a dump that wait for one another, so that none of them can go on.
//
//   left ── waits for a lock that ──▶ right ── waits for the end of ──▶ left
//
// Only what a task cannot go on without counts: it waits for this alone. So of a select, of
// a join_next() with several tasks, and of permits of a semaphore nothing is concluded.
#pragma once

#include <string>
#include <vector>

#include "runtime/trace/subscriber.h"

namespace ari {

class Dump;

// Why a task waits for another.
struct Blocker {
  enum class Why : unsigned char {
    kLock,     // the other locked what it waits for
    kEnd,      // it joins the other
    kReads,    // the other reads what it wants to write
    kInFront,  // it wants to read, and the other is first in line, to write
  };
  trace::SpanId task = trace::kNoSpan;
  Why why = Why::kLock;
  bool is_certain = true;  // false: its guard is none of its variables, and may be another's by now
};

struct CircleLink {
  trace::SpanId task = trace::kNoSpan;
  Blocker blocker;  // the next link's task; of the last one the first's
};
using Circle = std::vector<CircleLink>;

// Those that the tasks make by what the dump tells of each. Each task is in one of them at most,
// though more may lead through it. A dump does not tell all tasks as of one instant: which of these
// were there in one, Dump::circles() knows.
std::vector<Circle> find_circles(const Dump& dump);

// "Deadlock: [2] left → [3] right → [2] left, each waits for a lock that the next one took",
// or, unless it is all about locks that one has, a line for each: what it waits for. LF at the
// end of each line. Requires: a circle of this dump's.
std::string to_string(const Circle& circle, const Dump& dump);

}  // namespace ari
