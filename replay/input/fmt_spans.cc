// What happens to spans. Which of them a line is about is chosen in fmt_choice.cc.
#include "replay/input/fmt_spans.h"

#include <algorithm>

#include "replay/input/fmt_keys.h"

namespace ari::replay {

using subscriber::SpanId;

namespace {

// How many resources that a task has used are remembered.
constexpr std::size_t kUsesKept = 16;

// How many spans a thread can be inside of.
constexpr std::size_t kDeepest = 1024;

}  // namespace

// ---- where a thread is

FmtSlot FmtSpans::last_made(std::uint32_t thread) {
  const FmtSlot slot = stacks_.of(thread).last_made;
  return slot != kNoSlot && spans_[slot].open ? slot : kNoSlot;
}

FmtSlot FmtSpans::innermost_spawn(std::uint32_t thread) {
  return stacks_.of(thread).innermost([this](FmtSlot slot) { return is_spawn(spans_[slot].kind); });
}

FmtSlot FmtSpans::polled(std::uint32_t thread) {
  const FmtSlot spawn = innermost_spawn(thread);
  return spawn != kNoSlot && spans_[spawn].kind == FmtKind::kTask ? spawn : kNoSlot;
}

FmtSlot FmtSpans::innermost(std::uint32_t thread, std::string_view target) {
  return stacks_.of(thread).innermost(
      [&](FmtSlot slot) { return this->target(slot).empty() || this->target(slot) == target; });
}

SpanId FmtSpans::root_id(FmtSlot slot) const {
  return slot == kNoSlot ? trace::kNoSpan : id(spans_[slot].root);
}

// ---- what happens

SpanId FmtSpans::take_id(SpanId wanted) {
  if (wanted != trace::kNoSpan && ids_.insert(wanted).second) return wanted;
  while (!ids_.insert(next_id_).second) ++next_id_;
  return next_id_++;
}

void FmtSpans::restart() {
  const SpanId next = next_id_;
  *this = {};
  next_id_ = next;
}

FmtSlot FmtSpans::begin(const Beginning& beginning, std::uint32_t thread) {
  if (free_.empty()) {
    free_.push_back(static_cast<FmtSlot>(spans_.size()));
    spans_.emplace_back();
  }
  const FmtSlot slot = free_.back();
  free_.pop_back();
  FmtStacks::Thread& at = stacks_.of(thread);
  const FmtSlot around = at.current();
  FmtSpan& span = spans_[slot] = {};
  span.id = take_id(beginning.wanted_id);
  span.kind = beginning.kind;
  span.level = beginning.level;
  span.text = texts_.hold(beginning.text);
  span.target = texts_.hold(beginning.target);
  span.made_in = around;
  span.made_by = innermost_spawn(thread);
  span.open = true;
  span.place_told = !beginning.implied && !is_crowded(thread);
  set_parent(slot, beginning.parent);
  if (span.kind == FmtKind::kResource) span.lock = lock_of(slot);
  at.last_made = slot;

  lists_.put(slot, FmtLists::kAlike, key_alike(span.text));
  lists_.put(slot, FmtLists::kHome, home_key(span.text, span.parent == kNoSlot, thread));
  if (span.kind == FmtKind::kAsyncOp && span.made_by != kNoSlot) {
    lists_.put(slot, FmtLists::kOps, key_of_ops(id(span.made_by)));
  }
  return slot;
}

void FmtSpans::set_parent(FmtSlot slot, FmtSlot parent) {
  const FmtSlot before = spans_[slot].parent;
  spans_[slot].parent = parent;
  if (parent != kNoSlot) ++spans_[parent].children;
  spans_[slot].root = parent == kNoSlot ? slot : spans_[parent].root;
  if (spans_[slot].kind != FmtKind::kResource) spans_[slot].lock = lock_of(slot);
  if (before == kNoSlot) return;
  --spans_[before].children;
  drop_if_over(before);
}

void FmtSpans::set_text(FmtSlot slot, std::string_view text) {
  FmtSpan& span = spans_[slot];
  const FmtTexts::Number before = span.text;
  span.text = texts_.hold(text);
  texts_.release(before);
  if (!span.open) return;
  lists_.put(slot, FmtLists::kAlike, key_alike(span.text));
  lists_.remove(slot, FmtLists::kHome);
}

void FmtSpans::enter(FmtSlot slot, std::uint32_t thread) {
  FmtSpan& span = spans_[slot];
  if (span.open) {
    lists_.to_end(slot, FmtLists::kOps);
    if (span.kind == FmtKind::kResource) note_use(slot, innermost_spawn(thread));
    released_ = kNoSlot;
  }
  FmtStacks::Thread& at = stacks_.of(thread);
  at.push(slot);
  ++span.entered;
  span.last_entered = ++enters_;
  span.doubtful = guessed_.any;
  if (span.kind == FmtKind::kTask) polled_.insert(slot);
  // Only a log without exits comes so deep.
  if (at.stack.size() > kDeepest) exit(at.stack.front().slot, thread);
}

bool FmtSpans::is_guessed(FmtSlot slot) const {
  if (guessed_.any) return true;
  for (; slot != kNoSlot; slot = spans_[slot].parent) {
    if (spans_[slot].doubtful) return true;
  }
  return false;
}

// The op that a span is, or is a poll of; kNoSlot if it is something else.
FmtSlot FmtSpans::op_of(FmtSlot in) const {
  if (in == kNoSlot) return kNoSlot;
  const FmtSlot op = spans_[in].kind == FmtKind::kAsyncOpPoll ? spans_[in].parent : in;
  return op != kNoSlot && spans_[op].kind == FmtKind::kAsyncOp ? op : kNoSlot;
}

void FmtSpans::ask(FmtSlot in, std::int64_t permits) {
  if (const FmtSlot op = op_of(in); op != kNoSlot) spans_[op].wants = permits;
}

void FmtSpans::give(FmtSlot in, std::int64_t permits) {
  const FmtSlot op = op_of(in);
  if (op == kNoSlot) return;
  FmtSpan& span = spans_[op];
  span.wants -= permits;
  if (span.queued || !span.open) return;
  span.queued = true;
  lists_.to_end(op, FmtLists::kAlike);
}

void FmtSpans::note_use(FmtSlot slot, FmtSlot task) {
  if (task == kNoSlot || slot == released_) return;
  std::vector<FmtSlot>& used = uses_[task];
  std::erase(used, slot);
  // The oldest makes room: a task holds few resources at a time.
  if (used.size() == kUsesKept) used.erase(used.begin());
  used.push_back(slot);
}

void FmtSpans::exit(FmtSlot slot, std::uint32_t thread) {
  FmtStacks::Thread& at = stacks_.of(thread);
  if (!at.take(slot)) return;
  at.last_left = slot;
  if (spans_[slot].open) {
    // Ops stay in the order in which they began to wait.
    if (spans_[slot].kind != FmtKind::kAsyncOp) lists_.to_end(slot, FmtLists::kAlike);
    lists_.to_end(slot, FmtLists::kHome);
  }
  FmtSpan& span = spans_[slot];
  if (--span.entered == 0 && span.kind == FmtKind::kTask) polled_.erase(slot);
  drop_if_over(slot);
}

void FmtSpans::close(FmtSlot slot, std::uint32_t thread) {
  FmtSpan& span = spans_[slot];
  span.open = false;
  ids_.erase(span.id);
  for (const auto kind : {FmtLists::kAlike, FmtLists::kHome, FmtLists::kOps}) {
    lists_.remove(slot, kind);
  }
  stacks_.of(thread).closed_parent = span.parent;
  if (span.kind == FmtKind::kAsyncOpPoll) forget_if_given_up(span, innermost_spawn(thread));
  drop_if_over(slot);
}

// An op that its task did not poll before it closes was given up: it has got nothing of
// its resource.
void FmtSpans::forget_if_given_up(const FmtSpan& poll, FmtSlot task) {
  if (task == kNoSlot || poll.parent == kNoSlot) return;
  if (poll.last_entered > spans_[task].last_entered) return;
  const auto uses = uses_.find(task);
  if (uses != uses_.end()) std::erase(uses->second, spans_[poll.parent].parent);
}

// Older registries close a span before it is left; and its children may still need it.
void FmtSpans::drop_if_over(FmtSlot slot) {
  while (slot != kNoSlot) {
    FmtSpan& span = spans_[slot];
    if (span.open || span.entered > 0 || span.children > 0 || span.text == FmtTexts::kNone) return;
    texts_.release(span.text);
    texts_.release(span.target);
    if (is_spawn(span.kind)) uses_.erase(slot);
    const FmtSlot parent = span.parent;
    span = {};
    free_.push_back(slot);
    if (parent != kNoSlot) --spans_[parent].children;
    slot = parent;
  }
}

}  // namespace ari::replay
