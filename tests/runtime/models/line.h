// Line: a slow and obvious model of permits and of those who wait for them, first come, first
// served, as semaphores, locks and bounded channels have them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>

namespace ari::test {

class Line {
 public:
  explicit Line(std::size_t permits) : free(permits) {}

  // One who wants so many. True: it has them.
  bool arrive(int who, std::size_t wanted) {
    const std::size_t got = std::min(free, wanted);
    free -= got;
    missing[who] = wanted - got;
    has[who] = got;
    if (missing[who] > 0) waiting.push_back(who);
    return missing[who] == 0;
  }

  bool is_served(int who) const { return missing.at(who) == 0; }

  void release(std::size_t count) {
    while (count > 0 && !waiting.empty()) {
      const int first = waiting.front();
      const std::size_t given = std::min(count, missing[first]);
      count -= given;
      missing[first] -= given;
      has[first] += given;
      if (missing[first] == 0) waiting.pop_front();
    }
    free += count;
  }

  // It has what it wanted, and is none of those who wait any more.
  void forget(int who) {
    missing.erase(who);
    has.erase(who);
  }

  // It gives up.
  void leave(int who) {
    std::erase(waiting, who);
    const std::size_t got = has[who];
    forget(who);
    release(got);
  }

  // Nobody is served any more.
  void close() { waiting.clear(); }

  std::size_t free;
  std::deque<int> waiting;
  std::map<int, std::size_t> missing;  // of all who came
  std::map<int, std::size_t> has;
};

}  // namespace ari::test
