// FmtSpans: which span a line of tracing_subscriber::fmt is about.
//
// fmt prints a span's name and fields, and those of the spans around it, but no id. So
// several open spans may look alike: every Sleep made in one line of source, every
// semaphore inside a mutex. A span's text is all of it that its format prints, and which
// of the spans with that text is meant is worked out from what happens. Best first:
//
//   * it is the only open span with this text: so it is with tasks, whose text holds
//     Tokio's task.id;
//   * the line lists the spans around it, and of those with this text it alone is inside
//     of these;
//   * an exit or an event concerns what its thread is inside of. Where the log tells
//     threads this is exact, since each thread's enters and exits nest;
//   * what is entered inside a resource or an async op was made by it (its parent);
//   * a resource is entered because a task polls its op on it;
//   * a span is used where it was made (its home): in the same task's poll, or inside the
//     same resource, as a mutex uses its semaphore;
//   * a resource is released by the task that used it last, and what it gives goes to the
//     op on it that waits for longest and has not got all yet;
//   * order: the one that was not entered for longest is entered (waiters queue up), the
//     one that was left last closes.
//
// Where only order decided between several, or none of them fits, the line counts as guessed:
// take_guessed(). The polls of a task never rest on a guess, since Tokio 1.18 gives tasks an id;
// what is said of resources and async ops may. Without threads in the log all lines count as one
// thread's: while several tasks are polled, whatever has look-alikes is guessed.
//
// Where a task.id begins that is open, the program died and was started anew in the same log: then
// all spans are gone (FmtRecords::restart).
//
// The ids handed out are ours. A task gets its task.id, so that it can be found in the
// log; all other spans count from kFirstId on.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "replay/input/fmt_lists.h"
#include "replay/input/fmt_stacks.h"
#include "replay/input/fmt_texts.h"
#include "subscriber/record.h"

namespace ari::replay {

enum class FmtKind : std::uint8_t {
  kOther,     // a span of the program's own
  kTask,      // runtime.spawn of a task that wakers wake
  kBlockOn,   // runtime.spawn of what block_on runs
  kBlocking,  // runtime.spawn of a blocking closure, a worker of the runtime among them
  kResource,
  kAsyncOp,
  kAsyncOpPoll,
};

constexpr bool is_spawn(FmtKind kind) noexcept {
  return kind == FmtKind::kTask || kind == FmtKind::kBlockOn || kind == FmtKind::kBlocking;
}

struct FmtSpan {
  subscriber::SpanId id = trace::kNoSpan;
  FmtSlot parent = kNoSlot;
  FmtSlot root = kNoSlot;                    // of its chain of parents; itself if it has none
  FmtSlot made_in = kNoSlot;                 // what its thread was inside of when it began
  FmtSlot made_by = kNoSlot;                 // the innermost task of that
  subscriber::SpanId lock = trace::kNoSpan;  // that it is, or is a use of: fmt_locks.h
  FmtTexts::Number text = FmtTexts::kNone;
  FmtTexts::Number target = FmtTexts::kNone;
  std::uint32_t entered = 0;   // enters without exit
  std::uint32_t children = 0;  // spans that have it as parent and are kept
  FmtKind kind = FmtKind::kOther;
  trace::Level level{};
  bool open = false;
  bool doubtful = false;           // whether its last enter is by guess
  bool place_told = false;         // whether made_in is certain
  bool queued = false;             // an async op: whether it took its place among the waiters
  std::int64_t wants = 1;          // an async op: permits that it has not got yet
  std::uint64_t last_entered = 0;  // counted over all enters of the log; 0: never

  bool was_entered() const noexcept { return last_entered > 0; }
};

class FmtSpans {
 public:
  static constexpr subscriber::SpanId kFirstId = 1'000'000'001;

  const FmtSpan& operator[](FmtSlot slot) const { return spans_[slot]; }
  subscriber::SpanId id(FmtSlot slot) const {
    return slot == kNoSlot ? trace::kNoSpan : spans_[slot].id;
  }
  const std::string& text(FmtSlot slot) const { return texts_[spans_[slot].text]; }
  const std::string& target(FmtSlot slot) const { return texts_[spans_[slot].target]; }

  // What a thread (0: all that the log does not tell apart) is inside of, and which span
  // began there last; kNoSlot if there is none that is open.
  FmtSlot current(std::uint32_t thread) { return stacks_.of(thread).current(); }
  FmtSlot last_made(std::uint32_t thread);
  // The innermost task there, if it is one that wakers wake.
  FmtSlot polled(std::uint32_t thread);
  // The innermost span there for which `fits` says yes; or that has this target, as far as
  // its target is known.
  template <typename Fits>
  FmtSlot innermost_if(std::uint32_t thread, Fits fits) {
    return stacks_.of(thread).innermost(fits);
  }
  FmtSlot innermost(std::uint32_t thread, std::string_view target);
  // The tasks that wakers wake and that are entered, on all threads.
  const std::unordered_set<FmtSlot>& all_polled() const noexcept { return polled_; }

  // Which of the open spans with this text a line is about: one that is entered, left or
  // closed, or inside of which something happens. kNoSlot: none with this text is known.
  // `target`: that of the line, if it tells one.
  // `chain`: the texts of the span and of those around it, root first, if the line tells.
  using Chain = std::span<const std::string_view>;
  FmtSlot to_enter(std::string_view text, std::string_view target, std::uint32_t thread,
                   Chain chain = {});
  FmtSlot to_exit(std::string_view text, std::string_view target, std::uint32_t thread);
  FmtSlot to_close(std::string_view text, std::string_view target, std::uint32_t thread);
  FmtSlot inside(std::string_view text, std::uint32_t thread, Chain chain = {});
  // Whether all entered spans that look like this one are inside of the same root.
  bool is_certain_of_root(FmtSlot slot) const;
  // Any of them.
  FmtSlot alike(std::string_view text) const;

  struct Beginning {
    std::string_view text;
    std::string_view target;
    FmtSlot parent = kNoSlot;
    FmtKind kind = FmtKind::kOther;
    trace::Level level{};
    subscriber::SpanId wanted_id = trace::kNoSpan;  // given if nothing open has it
    bool implied = false;                           // the log does not tell where it began
  };
  FmtSlot begin(const Beginning& beginning, std::uint32_t thread);
  // Whether an open span has this id.
  bool is_open(subscriber::SpanId id) const { return ids_.contains(id); }
  // The program that had all these spans is gone. Those of the next get other ids.
  void restart();
  void enter(FmtSlot slot, std::uint32_t thread);
  void exit(FmtSlot slot, std::uint32_t thread);
  // Requires: it is open. Afterwards the slot may become another span's.
  void close(FmtSlot slot, std::uint32_t thread);
  // It turns out to have another parent than was thought.
  void set_parent(FmtSlot slot, FmtSlot parent);
  // An async op asks for so many permits, or gets some. It gets the first of them, which may
  // be none, when it takes its place in the queue. `in`: the op, or a poll of it.
  void ask(FmtSlot in, std::int64_t permits);
  void give(FmtSlot in, std::int64_t permits);
  // It has another text from now on: fields were recorded after its beginning.
  void set_text(FmtSlot slot, std::string_view text);

  // Whether, since it was last asked, only order could tell a span from others, and the locks that
  // those may be, or uses of: each once in a log.
  struct Guess {
    bool any = false;
    std::vector<subscriber::SpanId> locks;
  };
  Guess take_guessed() noexcept { return std::exchange(guessed_, {}); }
  static constexpr subscriber::SpanId kAnyLock = ~subscriber::SpanId{0};
  // Whether only order told it now, or told this span or one around it when that was entered.
  bool is_guessed(FmtSlot slot) const;

 private:
  // What a span must look like; kNone as target: any.
  struct Looks {
    FmtTexts::Number text;
    FmtTexts::Number target;
    Chain chain;  // empty: any
  };

  FmtSlot choose_to_enter(const Looks& looks, std::uint32_t thread);
  FmtSlot choose_to_close(const Looks& looks, std::uint32_t thread);
  FmtSlot by_op(const Looks& looks, FmtSlot task, std::uint32_t thread);
  FmtSlot waiting_op(const Looks& looks, std::uint32_t thread);
  FmtSlot first_waiting(const Looks& looks, FmtSlot resource, FmtSlot but);
  FmtSlot op_of(FmtSlot in) const;
  FmtSlot to_release(const Looks& looks, FmtSlot task);
  FmtSlot guess(FmtSlot slot);
  void note_guessed_lock(subscriber::SpanId lock);
  subscriber::SpanId lock_of(FmtSlot slot) const;
  // Whether who does what cannot be told: several tasks are polled, and the log tells no threads.
  bool is_crowded(std::uint32_t thread) const noexcept { return thread == 0 && polled_.size() > 1; }
  template <typename Fits>
  FmtSlot search(std::uint64_t key, FmtLists::Kind kind, bool from_end, Fits fits);
  std::uint64_t home_key(FmtTexts::Number text, bool is_root, std::uint32_t thread);
  bool is_alike(FmtSlot slot, const Looks& looks) const;
  bool may_enter(FmtSlot slot, const Looks& looks) const;
  bool may_close(FmtSlot slot, const Looks& looks) const;
  bool is_at_end_of(FmtSlot slot, Chain chain) const;
  Looks looks(std::string_view text, std::string_view target) const;
  FmtSlot innermost_spawn(std::uint32_t thread);
  subscriber::SpanId root_id(FmtSlot slot) const;
  subscriber::SpanId take_id(subscriber::SpanId wanted);
  void note_use(FmtSlot slot, FmtSlot task);
  void forget_if_given_up(const FmtSpan& poll, FmtSlot task);
  void drop_if_over(FmtSlot slot);

  FmtTexts texts_;
  FmtStacks stacks_;
  FmtLists lists_;
  std::vector<FmtSpan> spans_;
  std::vector<FmtSlot> free_;
  std::unordered_map<FmtSlot, std::vector<FmtSlot>> uses_;  // by task: resources, last one last
  FmtSlot released_ = kNoSlot;  // what is entered next is not used but released
  std::unordered_set<FmtSlot> polled_;
  std::unordered_set<subscriber::SpanId> ids_;  // of spans that are open
  subscriber::SpanId next_id_ = kFirstId;
  std::uint64_t enters_ = 0;
  Guess guessed_;
  std::unordered_set<subscriber::SpanId> guessed_locks_;  // all so far
};

}  // namespace ari::replay
