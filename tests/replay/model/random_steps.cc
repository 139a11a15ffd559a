#include "tests/replay/model/random_steps.h"

#include <iterator>
#include <random>

namespace ari::test {

using replay::SpanId;

namespace {

constexpr const char* kKinds[] = {"task", "task", "local", "block_on", "blocking", ""};

struct Life {
  SpanId id = 0;
  std::string kind;
  std::uint32_t thread = 0;  // that polls it; 0: none does
  bool nested = false;       // entered twice
  bool destroying = false;
  bool runnable = true;
  unsigned polls = 0;
  bool over = false;  // no more polls
  bool closed = false;
};

class Generator {
 public:
  explicit Generator(const RandomLog& log) : log_(log), random_(log.seed) {}

  Steps run() {
    if (log_.destroy_pairs) add_blocking_task();
    const unsigned steps = 20 + below(150);
    for (unsigned i = 0; i < steps; ++i) step();
    if (log_.cut) steps_.resize(steps_.size() / 2 + below(steps_.size() / 2));
    return std::move(steps_);
  }

 private:
  unsigned below(std::size_t limit) { return static_cast<unsigned>(random_() % limit); }
  bool one_in(unsigned n) { return below(n) == 0; }

  // A task that makes plain what its log is like.
  void add_blocking_task() {
    start("blocking");
    Life& life = lives_.back();
    enter(life, false);
    leave(life);
    enter(life, true);
    leave(life);
    end(life);
  }

  void step() {
    if (lives_.size() < 2 || (lives_.size() < 8 && one_in(12))) {
      return start(kKinds[below(std::size(kKinds))]);
    }
    Life& life = lives_[below(lives_.size())];
    if (one_in(3)) return use_waker(life);
    if (life.thread != 0) return poll_on(life);
    if (life.over) return one_in(2) ? end(life) : void();
    if (may_end(life) && one_in(4)) return finish(life);
    const bool any_time = life.kind == "block_on" && one_in(2);
    const bool once = life.kind == "blocking" && life.polls > 0;
    if ((life.runnable || any_time) && !once) enter(life, false);
  }

  void start(std::string kind) {
    lives_.push_back({.id = lives_.size() + 1, .kind = kind});
    Step step = spawn(0, lives_.back().id, kind);
    step.thread = 1 + below(3);
    add(step);
  }

  void enter(Life& life, bool destroy) {
    life.thread = 1 + below(3);
    life.destroying = destroy;
    life.runnable = false;
    life.polls += destroy ? 0 : 1;
    add(destroy ? destroying(test::enter(0, life.id, life.thread))
                : polling(test::enter(0, life.id, life.thread)));
  }

  void poll_on(Life& life) {
    if (life.nested || !one_in(8)) return leave(life);
    life.nested = true;
    add(polling(test::enter(0, life.id, life.thread)));
  }

  void leave(Life& life) {
    add(exit(0, life.id, life.thread));
    if (life.nested) {
      life.nested = false;
      return;
    }
    life.over = life.destroying;
    life.thread = 0;
  }

  bool may_end(const Life& life) const {
    // Old `tracing`: only what was polled, since no pair tells of the end.
    return log_.destroy_pairs || life.polls > 0;
  }

  void finish(Life& life) {
    if (!log_.destroy_pairs) return end(life);
    // Whether a task that never closes was destroyed shows only if nothing had woken it.
    stays_open_ = is_plain(life) && life.polls > 0 && !life.runnable && one_in(3);
    enter(life, true);
    if (stays_open_) return leave(life);
    leave(life);
    end(life);
  }

  static bool is_plain(const Life& life) {
    return life.kind != "block_on" && life.kind != "blocking";
  }

  void end(Life& life) {
    if (!life.closed) add(close(0, life.id));
    life.over = life.closed = true;
  }

  void use_waker(Life& life) {
    constexpr Deed kDeeds[] = {Deed::kClone, Deed::kClone, Deed::kDrop, Deed::kWake,
                               Deed::kWakeByRef};
    const Deed deed = kDeeds[below(std::size(kDeeds))];
    life.runnable = life.runnable || deed == Deed::kWake || deed == Deed::kWakeByRef;
    add({.deed = deed, .task = life.id, .thread = 1 + below(4)});
  }

  void add(Step step) {
    now_ns_ += one_in(4) ? 0 : one_in(20) ? below(2'000'000'000) : below(1000);
    step.at_ns = now_ns_;
    if (log_.clock_steps && one_in(5)) step.at_ns -= below(500);
    steps_.push_back(std::move(step));
  }

  const RandomLog log_;
  std::mt19937 random_;
  std::int64_t now_ns_ = 10'000;
  bool stays_open_ = false;
  std::vector<Life> lives_;
  Steps steps_;
};

}  // namespace

Steps random_steps(const RandomLog& log) { return Generator(log).run(); }

}  // namespace ari::test
