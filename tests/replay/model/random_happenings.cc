#include "tests/replay/model/random_happenings.h"

#include <algorithm>
#include <iterator>
#include <random>

namespace ari::test {

using replay::SpanId;
using subscriber::RecordKind;

namespace {

struct Life {
  SpanId id = 0;
  std::string name;
  SpanId parent = 0;
  int entered = 0;
  bool closed = false;
};

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed), clock_steps_(seed % 3 == 0) {}

  Happenings run() {
    begin(kTask, 0, {{"kind", std::string("task")}});
    const unsigned steps = 20 + below(80);
    for (unsigned i = 0; i < steps; ++i) step();
    return std::move(log_);
  }

 private:
  static constexpr std::uint32_t kThreads = 3;

  unsigned below(std::size_t limit) { return static_cast<unsigned>(random_() % limit); }
  bool one_in(unsigned n) { return below(n) == 0; }

  void step() {
    thread_ = 1 + below(kThreads);
    switch (below(12)) {
      case 0:
        return one_in(3) ? begin(kTask, 0, {{"kind", std::string("task")}}) : begin_resource();
      case 1:
        return begin_op();
      case 2:
      case 3:
      case 4:
        return enter();
      case 5:
      case 6:
        return leave();
      case 7:
        return close();
      case 8:
        return poll_op();
      default:
        return state_update();
    }
  }

  SpanId current() const { return stacks_[thread_].empty() ? 0 : stacks_[thread_].back(); }

  void begin_resource() {
    constexpr const char* kTypes[] = {"Mutex", "Barrier", "Semaphore", ""};
    std::vector<std::pair<std::string, FieldValue>> fields;
    fields.emplace_back("concrete_type", std::string(kTypes[below(std::size(kTypes))]));
    if (!one_in(8)) fields.emplace_back("kind", std::string("Sync"));
    if (one_in(3)) fields.emplace_back("is_internal", true);
    if (one_in(2)) fields.emplace_back("inherits_child_attrs", !one_in(4));
    if (!one_in(3)) {
      fields.emplace_back("loc.file", std::string("src/a.rs"));
      fields.emplace_back("loc.line", std::uint64_t{1 + below(90)});
      if (!one_in(5)) fields.emplace_back("loc.col", std::uint64_t{5});
    }
    begin(kResource, one_in(3) ? current() : 0, std::move(fields));
  }

  void begin_op() {
    std::vector<std::pair<std::string, FieldValue>> fields;
    if (!one_in(8)) fields.emplace_back("source", std::string("Mutex::lock"));
    if (one_in(2)) fields.emplace_back("inherits_child_attrs", !one_in(3));
    begin(kOp, one_in(3) ? any(kResource) : current(), std::move(fields));
    const SpanId op = lives_.back().id;
    if (!one_in(4)) begin(kOpPoll, op, {});
  }

  void begin(const char* name, SpanId parent,
             std::vector<std::pair<std::string, FieldValue>> fields) {
    lives_.push_back({.id = lives_.size() + 1, .name = name, .parent = parent});
    add({.kind = RecordKind::kNew,
         .span = lives_.back().id,
         .parent = parent,
         .name = name,
         .fields = std::move(fields)});
  }

  // A span of this name that is not closed; 0: none.
  SpanId any(const char* name) {
    std::vector<SpanId> open;
    for (const Life& life : lives_) {
      if (!life.closed && life.name == name) open.push_back(life.id);
    }
    return open.empty() ? 0 : open[below(open.size())];
  }

  void enter() {
    Life& life = lives_[below(lives_.size())];
    if (life.closed) return;
    ++life.entered;
    stacks_[thread_].push_back(life.id);
    add({.kind = RecordKind::kEnter, .span = life.id});
  }

  void leave() {
    std::vector<SpanId>& stack = stacks_[thread_];
    if (stack.empty()) return;
    // Now and then not the innermost: that is allowed.
    const std::size_t at = one_in(6) ? below(stack.size()) : stack.size() - 1;
    const SpanId id = stack[at];
    // Of a span that is entered twice its last enter is left.
    const auto last = std::find(stack.rbegin(), stack.rend(), id);
    stack.erase(std::next(last).base());
    --lives_[id - 1].entered;
    add({.kind = RecordKind::kExit, .span = id});
  }

  void close() {
    Life& life = lives_[below(lives_.size())];
    const bool has_child = std::any_of(lives_.begin(), lives_.end(), [&](const Life& other) {
      return !other.closed && other.parent == life.id;
    });
    if (life.closed || life.entered > 0 || has_child) return;
    life.closed = true;
    add({.kind = RecordKind::kClose, .span = life.id});
  }

  void poll_op() {
    add({.kind = RecordKind::kEvent,
         .span = current(),
         .target = kPollOp,
         .fields = {{"op_name", std::string("poll_acquire")}, {"is_ready", one_in(2)}}});
  }

  void state_update() {
    constexpr const char* kNames[] = {"permits", "size", "arrived", "locked"};
    constexpr const char* kHow[] = {"add", "sub", "override", "multiply"};
    std::vector<std::pair<std::string, FieldValue>> fields;
    const std::string name = kNames[below(std::size(kNames))];
    fields.emplace_back(name, any_value());
    if (one_in(4)) fields.emplace_back(name + ".unit", std::string("ms"));
    if (!one_in(4)) fields.emplace_back("permits.op", std::string(kHow[below(std::size(kHow))]));
    add({.kind = RecordKind::kEvent,
         .span = current(),
         .target = one_in(3) ? kOpState : kResourceState,
         .fields = std::move(fields)});
  }

  FieldValue any_value() {
    switch (below(8)) {
      case 0:
        return one_in(2);
      case 1:
        return std::string(one_in(2) ? "on" : "off");
      case 2:
        return std::int64_t{below(10)} - 5;
      case 3:
        return std::uint64_t{UINT64_MAX - below(3)};
      default:
        return std::uint64_t{below(6)};
    }
  }

  void add(Happening happening) {
    now_ns_ += one_in(4) ? 0 : below(1000);
    happening.at_ns = now_ns_;
    if (clock_steps_ && one_in(5)) happening.at_ns -= below(500);
    happening.thread = thread_;
    log_.push_back(std::move(happening));
  }

  std::mt19937 random_;
  bool clock_steps_;
  std::int64_t now_ns_ = 10'000;
  std::uint32_t thread_ = 1;
  std::vector<Life> lives_;
  std::vector<SpanId> stacks_[kThreads + 1];
  Happenings log_;
};

}  // namespace

Happenings random_happenings(std::uint32_t seed) { return Generator(seed).run(); }

}  // namespace ari::test
