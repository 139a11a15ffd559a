// The part of FmtSpans that chooses which of several spans that look alike a line is about: the
// rules of fmt_spans.h, best first. Each choice looks at a few dozen spans at most.
#include <algorithm>

#include "replay/input/coverage.h"
#include "replay/input/fmt_keys.h"
#include "replay/input/fmt_locks.h"
#include "replay/input/fmt_spans.h"

namespace ari::replay {

namespace {

// How many spans that look alike are considered; more differ only in order.
constexpr int kConsidered = 32;

// How many locks are told apart; more count as any.
constexpr std::size_t kGuessedLocksKept = Inferred::kGuessedLocksKept;

}  // namespace

bool FmtSpans::is_alike(FmtSlot slot, const Looks& looks) const {
  const FmtSpan& span = spans_[slot];
  return span.text == looks.text && span.open &&
         (looks.target == FmtTexts::kNone || span.target == looks.target) &&
         (looks.chain.empty() || is_at_end_of(slot, looks.chain));
}

bool FmtSpans::may_enter(FmtSlot slot, const Looks& looks) const {
  return spans_[slot].entered == 0 && is_alike(slot, looks);
}

bool FmtSpans::is_at_end_of(FmtSlot slot, Chain chain) const {
  for (auto text = chain.rbegin(); text != chain.rend(); ++text) {
    if (slot == kNoSlot || this->text(slot) != *text) return false;
    slot = spans_[slot].parent;
  }
  return slot == kNoSlot;
}

bool FmtSpans::may_close(FmtSlot slot, const Looks& looks) const {
  return may_enter(slot, looks) && spans_[slot].children == 0;
}

FmtSpans::Looks FmtSpans::looks(std::string_view text, std::string_view target) const {
  return {texts_.find(text), target.empty() ? FmtTexts::kNone : texts_.find(target), {}};
}

// Where the spans with this text are that a thread in this place would use.
std::uint64_t FmtSpans::home_key(FmtTexts::Number text, bool is_root, std::uint32_t thread) {
  const FmtSlot around = current(thread);
  // A span of the program's own may have been made elsewhere, and its task is another.
  const bool in_tokios = around != kNoSlot && spans_[around].kind != FmtKind::kOther;
  const FmtSlot home = is_root && in_tokios ? around : innermost_spawn(thread);
  return key_of(FmtLists::kHome, text, root_id(home));
}

// The first of a list that fits. A guess if there are others, or may be.
template <typename Fits>
FmtSlot FmtSpans::search(std::uint64_t key, FmtLists::Kind kind, bool from_end, Fits fits) {
  FmtSlot found = kNoSlot;
  FmtSlot slot = from_end ? lists_.last(key) : lists_.first(key);
  for (int n = 0; slot != kNoSlot; ++n) {
    if (n == kConsidered || (found != kNoSlot && fits(slot))) return guess(found);
    if (found == kNoSlot && fits(slot)) found = slot;
    slot = from_end ? lists_.before(slot, kind) : lists_.behind(slot, kind);
  }
  return found;
}

// It is this one of several, for want of a better reason.
FmtSlot FmtSpans::guess(FmtSlot slot) {
  if (slot == kNoSlot) return slot;
  guessed_.any = true;
  const FmtSpan& span = spans_[slot];
  if (guessed_locks_.contains(kAnyLock) || !may_look_like_lock(span.kind, text(slot))) return slot;
  note_guessed_lock(span.lock);
  FmtSlot other = lists_.first(key_alike(span.text));
  for (int n = 0; other != kNoSlot; ++n, other = lists_.behind(other, FmtLists::kAlike)) {
    note_guessed_lock(n < kConsidered ? spans_[other].lock : kAnyLock);
    if (n == kConsidered) break;
  }
  return slot;
}

void FmtSpans::note_guessed_lock(subscriber::SpanId lock) {
  if (lock == trace::kNoSpan || !guessed_locks_.insert(lock).second) return;
  guessed_.locks.push_back(lock);
  if (guessed_locks_.size() >= kGuessedLocksKept) guessed_locks_ = {kAnyLock};
}

// By what it looks like now and by what it is inside of.
subscriber::SpanId FmtSpans::lock_of(FmtSlot slot) const {
  const FmtSpan& span = spans_[slot];
  if (!may_look_like_lock(span.kind, text(slot))) return trace::kNoSpan;
  if (span.kind != FmtKind::kResource) {
    return span.parent == kNoSlot ? kAnyLock : spans_[span.parent].lock;
  }
  if (!is_inner(text(slot))) return span.id;
  // Who holds a Mutex or an RwLock they tell themselves, whatever their semaphore does.
  if (!span.place_told) return kAnyLock;
  const bool is_of_semaphore = span.made_in != kNoSlot &&
                               spans_[span.made_in].kind == FmtKind::kResource &&
                               is_semaphore(text(span.made_in));
  return is_of_semaphore ? spans_[span.made_in].lock : trace::kNoSpan;
}

FmtSlot FmtSpans::choose_to_enter(const Looks& looks, std::uint32_t thread) {
  const FmtTexts::Number text = looks.text;
  const FmtSlot first = lists_.first(key_alike(text));
  if (first == kNoSlot || first == lists_.last(key_alike(text))) return first;
  if (is_crowded(thread)) guess(first);
  const auto fits = [&](FmtSlot slot) { return may_enter(slot, looks); };
  const FmtSlot around = current(thread);
  const FmtSlot task = innermost_spawn(thread);
  const FmtKind kind = spans_[first].kind;
  const std::uint64_t home = home_key(text, spans_[first].parent == kNoSlot, thread);
  if (around != kNoSlot) {
    const auto is_child = [&](FmtSlot slot) { return fits(slot) && spans_[slot].parent == around; };
    FmtSlot slot = search(home, FmtLists::kHome, false, is_child);
    if (slot == kNoSlot) slot = search(key_alike(text), FmtLists::kAlike, false, is_child);
    if (slot != kNoSlot) return slot;
  }
  const FmtSlot made = last_made(thread);
  if (made != kNoSlot && fits(made) && !spans_[made].was_entered()) return made;
  if (kind == FmtKind::kResource) {
    const FmtSlot slot = by_op(looks, task, thread);
    if (slot != kNoSlot) return slot;
  }
  if (kind == FmtKind::kAsyncOp) return waiting_op(looks, thread);
  const FmtSlot at_home = search(home, FmtLists::kHome, false, fits);
  if (at_home != kNoSlot) return at_home;
  if (kind == FmtKind::kResource && thread != 0) {
    // Several threads may be inside of a resource.
    const auto alike = [&](FmtSlot slot) { return is_alike(slot, looks); };
    const FmtSlot shared = search(home, FmtLists::kHome, false, alike);
    if (shared != kNoSlot) return shared;
  }
  // Once its op is over, a mutex notes that it is locked.
  const FmtSlot closed = stacks_.of(thread).closed_parent;
  if (closed != kNoSlot && fits(closed)) return closed;
  const FmtSlot used = to_release(looks, task);
  if (used != kNoSlot) {
    // Or it begins to use another one.
    const auto is_other = [&](FmtSlot slot) { return slot != used && fits(slot); };
    const bool any_other = search(key_alike(text), FmtLists::kAlike, false, is_other) != kNoSlot;
    return any_other ? guess(used) : used;
  }
  const FmtSlot slot = search(key_alike(text), FmtLists::kAlike, false, fits);
  return slot != kNoSlot ? slot : guess(first);
}

FmtSlot FmtSpans::choose_to_close(const Looks& looks, std::uint32_t thread) {
  const FmtTexts::Number text = looks.text;
  const FmtSlot last = lists_.last(key_alike(text));
  if (last == kNoSlot || last == lists_.first(key_alike(text))) return last;
  if (is_crowded(thread)) guess(last);
  const auto fits = [&](FmtSlot slot) { return may_close(slot, looks); };
  const std::uint64_t home = home_key(text, spans_[last].parent == kNoSlot, thread);
  FmtSlot slot = search(home, FmtLists::kHome, true, fits);
  if (slot == kNoSlot) slot = search(key_alike(text), FmtLists::kAlike, true, fits);
  return slot != kNoSlot ? slot : guess(last);
}

// The resource with this text on which the task has an op; if there are several, the one
// whose op was entered least recently.
FmtSlot FmtSpans::by_op(const Looks& looks, FmtSlot task, std::uint32_t thread) {
  if (task == kNoSlot) return kNoSlot;
  const auto fits = [&](FmtSlot op) {
    const FmtSlot resource = spans_[op].parent;
    // Other threads may be inside of it, too.
    return resource != kNoSlot &&
           (thread != 0 ? is_alike(resource, looks) : may_enter(resource, looks));
  };
  const FmtSlot op = search(key_of_ops(id(task)), FmtLists::kOps, false, fits);
  return op == kNoSlot ? kNoSlot : spans_[op].parent;
}

// An op that is entered outside of a poll is another's that waits for what is released:
// it has waited longest on what this task used last, or is the next behind it.
FmtSlot FmtSpans::waiting_op(const Looks& looks, std::uint32_t thread) {
  const FmtSlot before = stacks_.of(thread).last_left;
  if (before != kNoSlot && spans_[before].open && spans_[before].text == looks.text) {
    const FmtSlot next = first_waiting(looks, spans_[before].parent, before);
    if (next != kNoSlot) return next;
  }
  const auto uses = uses_.find(innermost_spawn(thread));
  if (uses != uses_.end()) {
    FmtSlot found = kNoSlot;
    for (auto used = uses->second.rbegin(); used != uses->second.rend(); ++used) {
      const FmtSlot slot = first_waiting(looks, *used, before);
      if (slot == kNoSlot) continue;
      if (found != kNoSlot) {
        guess(found);
        break;
      }
      found = slot;
    }
    if (found != kNoSlot) {
      std::erase(uses->second, spans_[found].parent);
      return found;
    }
  }
  const auto fits = [&](FmtSlot slot) { return may_enter(slot, looks) && slot != before; };
  const FmtSlot slot = search(key_alike(looks.text), FmtLists::kAlike, false, fits);
  return slot != kNoSlot ? slot : guess(lists_.first(key_alike(looks.text)));
}

// Of the ops on a resource, the one that waits for longest.
FmtSlot FmtSpans::first_waiting(const Looks& looks, FmtSlot resource, FmtSlot but) {
  FmtSlot slot = lists_.first(key_alike(looks.text));
  for (int n = 0; slot != kNoSlot && n < kConsidered; ++n) {
    const FmtSpan& op = spans_[slot];
    const bool waits = op.parent == resource && op.queued && op.wants > 0;
    // Another thread may still be in the poll in which it began to wait.
    if (waits && slot != but && is_alike(slot, looks)) return slot;
    slot = lists_.behind(slot, FmtLists::kAlike);
  }
  return kNoSlot;
}

// What the task has used last of the resources with this text, and not released yet.
FmtSlot FmtSpans::to_release(const Looks& looks, FmtSlot task) {
  const auto uses = uses_.find(task);
  if (uses == uses_.end()) return kNoSlot;
  std::vector<FmtSlot>& used = uses->second;
  for (auto at = used.rbegin(); at != used.rend(); ++at) {
    if (!may_enter(*at, looks)) continue;
    released_ = *at;
    used.erase(std::next(at).base());
    return released_;
  }
  return kNoSlot;
}

FmtSlot FmtSpans::alike(std::string_view text) const {
  const FmtTexts::Number number = texts_.find(text);
  return number == FmtTexts::kNone ? kNoSlot : lists_.first(key_alike(number));
}

FmtSlot FmtSpans::to_enter(std::string_view text, std::string_view target, std::uint32_t thread,
                           Chain chain) {
  Looks wanted = looks(text, target);
  if (wanted.text == FmtTexts::kNone) return kNoSlot;
  // Resources and their ops are entered again while they are entered: to take a permit,
  // or to note what another task has got.
  const FmtSlot again = stacks_.of(thread).innermost(
      [&](FmtSlot slot) { return spans_[slot].text == wanted.text && spans_[slot].open; });
  if (again != kNoSlot && is_tokio_bracket(spans_[again].kind)) return again;
  // Chains of Tokio's own tell little: look-alikes are inside of look-alikes.
  const FmtSlot first = lists_.first(key_alike(wanted.text));
  if (first != kNoSlot && spans_[first].kind == FmtKind::kOther) wanted.chain = chain;
  const FmtSlot slot = choose_to_enter(wanted, thread);
  if (wanted.chain.empty() || may_enter(slot, wanted)) return slot;
  // What is inside of what may have been taken wrongly before.
  wanted.chain = {};
  return guess(choose_to_enter(wanted, thread));
}

FmtSlot FmtSpans::to_exit(std::string_view text, std::string_view target, std::uint32_t thread) {
  const Looks wanted = looks(text, target);
  if (wanted.text == FmtTexts::kNone) return kNoSlot;
  // Without its target no resource's poll can be told from another's.
  const auto has_target = [&](FmtSlot slot) {
    return wanted.target == FmtTexts::kNone || spans_[slot].target == wanted.target;
  };
  const FmtStacks::Thread& at = stacks_.of(thread);
  FmtSlot slot =
      at.innermost([&](FmtSlot on) { return spans_[on].text == wanted.text && has_target(on); });
  if (slot == kNoSlot) {
    slot = at.innermost([&](FmtSlot on) { return spans_[on].text == wanted.text; });
  }
  const FmtSlot last = lists_.last(key_alike(wanted.text));
  const bool is_sure =
      last == lists_.first(key_alike(wanted.text)) || (slot != kNoSlot && !is_crowded(thread));
  const FmtSlot found = slot != kNoSlot ? slot : last;
  return is_sure ? found : guess(found);
}

FmtSlot FmtSpans::to_close(std::string_view text, std::string_view target, std::uint32_t thread) {
  const Looks wanted = looks(text, target);
  if (wanted.text == FmtTexts::kNone) return kNoSlot;
  // A parent closes right behind its last child.
  const FmtSlot parent = stacks_.of(thread).closed_parent;
  if (parent != kNoSlot && may_close(parent, wanted)) return parent;
  return choose_to_close(wanted, thread);
}

FmtSlot FmtSpans::inside(std::string_view text, std::uint32_t thread, Chain chain) {
  const auto is_it = [&](FmtSlot slot) {
    if (this->text(slot) != text) return false;
    return chain.empty() || spans_[slot].kind != FmtKind::kOther || is_at_end_of(slot, chain);
  };
  const FmtSlot now = current(thread);
  if (now != kNoSlot && is_it(now)) return now;
  const FmtSlot entered = stacks_.of(thread).innermost(is_it);
  return entered != kNoSlot ? entered : to_exit(text, "", thread);
}

bool FmtSpans::is_certain_of_root(FmtSlot slot) const {
  FmtSlot other = lists_.first(key_alike(spans_[slot].text));
  for (int n = 0; other != kNoSlot; ++n, other = lists_.behind(other, FmtLists::kAlike)) {
    if (n == kConsidered) return false;
    if (spans_[other].entered > 0 && spans_[other].root != spans_[slot].root) return false;
  }
  return true;
}

}  // namespace ari::replay
