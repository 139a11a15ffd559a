// FmtLists: spans in lists under keys, each list in the order of last use.
//
// A span is in as many lists as there are kinds of them, in one of each kind at most.
// Lists are linked through the spans, so that every operation takes constant time.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "replay/input/fmt_stacks.h"

namespace ari::replay {

class FmtLists {
 public:
  enum Kind : std::uint8_t { kAlike, kHome, kOps };

  // Puts the slot at the end of the list under `key`, taking it out of the one of this
  // kind that it is in. Keys of different kinds must differ.
  void put(FmtSlot slot, Kind kind, std::uint64_t key) {
    remove(slot, kind);
    if (slot >= links_.size()) links_.resize(slot + 1);
    List& list = lists_[key];
    Link& link = links_[slot][kind];
    link = {key, list.last, kNoSlot, true};
    (list.last == kNoSlot ? list.first : links_[list.last][kind].behind) = slot;
    list.last = slot;
  }

  void remove(FmtSlot slot, Kind kind) {
    if (slot >= links_.size() || !links_[slot][kind].in) return;
    Link& link = links_[slot][kind];
    const auto it = lists_.find(link.key);
    List& list = it->second;
    (link.before == kNoSlot ? list.first : links_[link.before][kind].behind) = link.behind;
    (link.behind == kNoSlot ? list.last : links_[link.behind][kind].before) = link.before;
    if (list.first == kNoSlot) lists_.erase(it);
    link.in = false;
  }

  // The slot was used.
  void to_end(FmtSlot slot, Kind kind) {
    if (links_[slot][kind].in && links_[slot][kind].behind != kNoSlot)
      put(slot, kind, links_[slot][kind].key);
  }

  // The least and the most recently used; kNoSlot if the list is empty.
  FmtSlot first(std::uint64_t key) const {
    const auto it = lists_.find(key);
    return it == lists_.end() ? kNoSlot : it->second.first;
  }
  FmtSlot last(std::uint64_t key) const {
    const auto it = lists_.find(key);
    return it == lists_.end() ? kNoSlot : it->second.last;
  }
  FmtSlot behind(FmtSlot slot, Kind kind) const { return links_[slot][kind].behind; }
  FmtSlot before(FmtSlot slot, Kind kind) const { return links_[slot][kind].before; }

 private:
  struct Link {
    std::uint64_t key = 0;
    FmtSlot before = kNoSlot, behind = kNoSlot;
    bool in = false;
  };
  struct List {
    FmtSlot first = kNoSlot, last = kNoSlot;
  };
  std::vector<std::array<Link, 3>> links_;  // by slot
  std::unordered_map<std::uint64_t, List> lists_;
};

}  // namespace ari::replay
