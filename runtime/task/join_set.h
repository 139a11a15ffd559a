// JoinSet: tasks that are spawned together and joined as they end.
//
//   ari::JoinSet<Page> pages;
//   for (const Url& url : urls) pages.spawn(download(url));
//   while (true) {
//     auto next = co_await pages.join_next();     // whichever ends next
//     if (!next) break;                           // all were joined
//     if (next->has_value()) show(next->value());
//   }
//
// Whoever is destroyed with a JoinSet in hand leaves no task behind: its end aborts them
// all. Each join costs the same however many tasks there are: a task that ends puts itself
// on a list (completions.h). A task that nobody has joined keeps its result until then.
//
// Not thread-safe: it belongs to one task, and may be moved while nothing of it is awaited.
// Its tasks may run and end anywhere.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/scheduler/handle.h"
#include "runtime/task/completions.h"
#include "runtime/task/local_set.h"
#include "runtime/task/spawn.h"

namespace ari {

// What join_all() gives.
template <class T>
using JoinedAll = std::conditional_t<std::is_void_v<T>, void, std::vector<T>>;

template <class T>
class JoinSet {
 public:
  class JoinNext;
  class Shutdown;

  // An empty set, which costs nothing.
  JoinSet() noexcept = default;
  JoinSet(JoinSet&& other) noexcept
      : ended_(std::move(other.ended_)),
        first_(std::exchange(other.first_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  JoinSet& operator=(JoinSet&& other) noexcept {
    JoinSet old(std::move(*this));
    ended_ = std::move(other.ended_);
    first_ = std::exchange(other.first_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  // Aborts all tasks.
  ~JoinSet() {
    abort_all();
    detach_all();
  }

  // Spawns a task on the runtime that polls the caller. Throws std::logic_error if there is
  // none.
  AbortHandle spawn(Task<T> task, std::source_location at = std::source_location::current()) {
    return spawn(task::Builder(), std::move(task), at);
  }
  // The same, for a task with a name: set.spawn(ari::task::Builder().name("worker"), work()).
  AbortHandle spawn(const task::Builder& builder, Task<T> task,
                    std::source_location at = std::source_location::current()) {
    return start(scheduler::Scheduler::current(), builder, std::move(task), at, "task");
  }
  // The task that make() makes, whose captures live as long; as ari::spawn(make).
  template <task::MakesTask<T> F>
  AbortHandle spawn(F make, std::source_location at = std::source_location::current()) {
    return spawn(task::Builder(), std::move(make), at);
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn(const task::Builder& builder, F make,
                    std::source_location at = std::source_location::current()) {
    return spawn(builder, task::run_task_of<T>(std::move(make)), at);
  }

  // The same on a runtime of the caller's choice.
  AbortHandle spawn_on(Task<T> task, const Handle& handle,
                       std::source_location at = std::source_location::current()) {
    return spawn_on(task::Builder(), std::move(task), handle, at);
  }
  AbortHandle spawn_on(const task::Builder& builder, Task<T> task, const Handle& handle,
                       std::source_location at = std::source_location::current()) {
    return start(handle.engine(), builder, std::move(task), at, "task");
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn_on(F make, const Handle& handle,
                       std::source_location at = std::source_location::current()) {
    return spawn_on(task::Builder(), std::move(make), handle, at);
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn_on(const task::Builder& builder, F make, const Handle& handle,
                       std::source_location at = std::source_location::current()) {
    return spawn_on(builder, task::run_task_of<T>(std::move(make)), handle, at);
  }

  // Runs a function that takes its time on a thread for such, as ari::spawn_blocking(). Once
  // begun it cannot be stopped: to abort it only keeps it from beginning.
  template <class F>
    requires std::is_same_v<std::invoke_result_t<F>, T>
  AbortHandle spawn_blocking(F function,
                             std::source_location at = std::source_location::current()) {
    return spawn_blocking(task::Builder(), std::move(function), at);
  }
  template <class F>
    requires std::is_same_v<std::invoke_result_t<F>, T>
  AbortHandle spawn_blocking(const task::Builder& builder, F function,
                             std::source_location at = std::source_location::current()) {
    return start_blocking(*scheduler::Scheduler::current(), builder, std::move(function), at);
  }

  // The same on the threads of a runtime of the caller's choice.
  template <class F>
    requires std::is_same_v<std::invoke_result_t<F>, T>
  AbortHandle spawn_blocking_on(F function, const Handle& handle,
                                std::source_location at = std::source_location::current()) {
    return spawn_blocking_on(task::Builder(), std::move(function), handle, at);
  }
  template <class F>
    requires std::is_same_v<std::invoke_result_t<F>, T>
  AbortHandle spawn_blocking_on(const task::Builder& builder, F function, const Handle& handle,
                                std::source_location at = std::source_location::current()) {
    return start_blocking(*handle.engine(), builder, std::move(function), at);
  }

  // Spawns a task of the LocalSet that the caller is inside of (local_set.h). Throws
  // std::logic_error if it is in none. Both kinds may be in one set.
  AbortHandle spawn_local(Task<T> task, std::source_location at = std::source_location::current()) {
    return spawn_local(task::Builder(), std::move(task), at);
  }
  AbortHandle spawn_local(const task::Builder& builder, Task<T> task,
                          std::source_location at = std::source_location::current()) {
    return start(scheduler::Scheduler::current_local(), builder, std::move(task), at,
                 task::kLocalKind);
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn_local(F make, std::source_location at = std::source_location::current()) {
    return spawn_local(task::Builder(), std::move(make), at);
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn_local(const task::Builder& builder, F make,
                          std::source_location at = std::source_location::current()) {
    return spawn_local(builder, task::run_task_of<T>(std::move(make)), at);
  }

  // The same in a LocalSet of the caller's choice, on the thread that made that one.
  AbortHandle spawn_local_on(Task<T> task, LocalSet& local,
                             std::source_location at = std::source_location::current()) {
    return spawn_local_on(task::Builder(), std::move(task), local, at);
  }
  AbortHandle spawn_local_on(const task::Builder& builder, Task<T> task, LocalSet& local,
                             std::source_location at = std::source_location::current()) {
    local.tasks_->require_own_thread();
    return start(local.tasks_, builder, std::move(task), at, task::kLocalKind);
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn_local_on(F make, LocalSet& local,
                             std::source_location at = std::source_location::current()) {
    return spawn_local_on(task::Builder(), std::move(make), local, at);
  }
  template <task::MakesTask<T> F>
  AbortHandle spawn_local_on(const task::Builder& builder, F make, LocalSet& local,
                             std::source_location at = std::source_location::current()) {
    return spawn_local_on(builder, task::run_task_of<T>(std::move(make)), local, at);
  }

  // A Future: the result of the task that ended first among those that were not joined;
  // nothing if all were. Dropped, it has lost no result. One at a time.
  [[nodiscard]] JoinNext join_next() noexcept { return JoinNext(*this); }

  // The same without waiting: nothing also if no task has ended.
  std::optional<JoinResult<T>> try_join_next();

  // Waits for all tasks, and gives what they returned, in the order of their ends. Throws what
  // the first to fail threw, or JoinError if one was cancelled; the rest is aborted then.
  //
  //   std::vector<Page> all = co_await std::move(pages).join_all();
  Task<JoinedAll<T>> join_all() && { return joins_all(std::move(*this)); }

  // Cancels every task that has not ended; they stay to be joined.
  void abort_all() noexcept {
    for (Member* member = first_; member != nullptr; member = member->next) member->abort();
  }

  // A Future: aborts all tasks and waits until all have ended. Their results are lost. One
  // that is dropped before has aborted them, if it was polled.
  [[nodiscard]] Shutdown shutdown() noexcept { return Shutdown(*this); }

  // Lets all tasks run on by themselves, and their results go. The set is empty afterwards.
  void detach_all() noexcept;

  // How many tasks were not joined yet, whether they have ended or not.
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  // A task of the set, in the list of them all. Its join handle is the set's.
  struct Member final : task::Cell<T>, task::Completions::Link {
    Member(Task<T> task, std::shared_ptr<scheduler::Scheduler> scheduler, std::string_view kind,
           std::string_view name, std::source_location at, std::shared_ptr<task::Completions> ended)
        : task::Cell<T>(std::move(task), std::move(scheduler), kind, name, at),
          ended_(std::move(ended)) {
      // As if it had left a waker: so that it hears of the end.
      static_cast<void>(this->state().offer_join_waker());
    }
    void tell_joiner() noexcept override { ended_->push(*this); }

    Member* next = nullptr;
    Member* before = nullptr;

   private:
    const std::shared_ptr<task::Completions> ended_;
  };

  AbortHandle start(std::shared_ptr<scheduler::Scheduler> scheduler, const task::Builder& builder,
                    Task<T> task, std::source_location at, std::string_view kind);
  template <class F>
  AbortHandle start_blocking(scheduler::Engine& runtime, const task::Builder& builder, F function,
                             std::source_location at) {
    return start(runtime.shared_blocking(), builder, task::call(std::move(function)), at,
                 task::kBlockingKind);
  }
  static Task<JoinedAll<T>> joins_all(JoinSet set);
  void add(Member& member) noexcept;
  void remove(Member& member) noexcept;
  // Those that were not joined, for who waits for them. Listed are the last that have not ended.
  task::Joined joined(task::Joined::Needs needs) const noexcept;
  // Takes the result of a task that has ended; it leaves the set.
  JoinResult<T> join(task::Completions::Link& ended);

  std::shared_ptr<task::Completions> ended_;  // null until the first spawn
  Member* first_ = nullptr;
  std::size_t size_ = 0;
};

template <class T>
class JoinSet<T>::JoinNext {
 public:
  explicit JoinNext(JoinSet& set) noexcept : set_(set) {}
  ~JoinNext() {
    if (ended_ != nullptr) set_.ended_->put_back(*ended_);
  }
  JoinNext(const JoinNext&) = delete;
  JoinNext& operator=(const JoinNext&) = delete;

  Poll poll(Context& cx) noexcept {
    if (set_.empty()) return Poll::kReady;
    if (!cx.take_budget()) return Poll::kPending;
    ended_ = set_.ended_->pop(cx.waker());
    if (ended_ != nullptr) return Poll::kReady;
    cx.return_budget();
    return Poll::kPending;
  }
  static constexpr bool kIsJoin = true;
  task::Wait wait() const noexcept {
    return {.op = "JoinSet::join_next", .joins = set_.joined(task::Joined::Needs::kAny)};
  }
  std::optional<JoinResult<T>> result() {
    if (ended_ == nullptr) return std::nullopt;
    return set_.join(*std::exchange(ended_, nullptr));
  }

 private:
  friend class JoinSet<T>::Shutdown;

  // In place of result(): whether there was one.
  bool drop_result() noexcept {
    if (ended_ == nullptr) return false;
    auto& member = static_cast<Member&>(*std::exchange(ended_, nullptr));
    set_.remove(member);
    member.drop_join_handle();
    return true;
  }

  JoinSet& set_;
  task::Completions::Link* ended_ = nullptr;  // ready, and result() was not called
};

template <class T>
class JoinSet<T>::Shutdown {
 public:
  explicit Shutdown(JoinSet& set) noexcept : set_(set) {}
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  Poll poll(Context& cx) noexcept {
    if (!std::exchange(aborted_, true)) set_.abort_all();
    while (true) {
      JoinNext next(set_);
      if (next.poll(cx) == Poll::kPending) return Poll::kPending;
      if (!next.drop_result()) return Poll::kReady;
    }
  }
  static constexpr bool kIsJoin = true;
  task::Wait wait() const noexcept {
    return {.op = "JoinSet::shutdown", .joins = set_.joined(task::Joined::Needs::kAll)};
  }

 private:
  JoinSet& set_;
  bool aborted_ = false;
};

template <class T>
AbortHandle JoinSet<T>::start(std::shared_ptr<scheduler::Scheduler> scheduler,
                              const task::Builder& builder, Task<T> task, std::source_location at,
                              std::string_view kind) {
  if (ended_ == nullptr) ended_ = std::make_shared<task::Completions>();
  auto* member = new Member(std::move(task), scheduler, kind, builder.name(), at, ended_);
  add(*member);
  scheduler->start(*member);
  return AbortHandle(*member);
}

template <class T>
Task<JoinedAll<T>> JoinSet<T>::joins_all(JoinSet set) {
  if constexpr (std::is_void_v<T>) {
    bool all = false;
    while (!all) {
      auto next = co_await set.join_next();
      all = !next;
      if (next) next->value();
    }
  } else {
    std::vector<T> values;
    values.reserve(set.size());
    while (true) {
      auto next = co_await set.join_next();
      if (!next) break;
      values.push_back(next->value());
    }
    co_return values;
  }
}

template <class T>
std::optional<JoinResult<T>> JoinSet<T>::try_join_next() {
  if (empty()) return std::nullopt;
  task::Completions::Link* ended = ended_->try_pop();
  if (ended == nullptr) return std::nullopt;
  return join(*ended);
}

template <class T>
void JoinSet<T>::detach_all() noexcept {
  if (ended_ != nullptr) ended_->close();
  ended_ = nullptr;
  size_ = 0;
  for (Member* member = std::exchange(first_, nullptr); member != nullptr;) {
    Member* next = member->next;
    member->drop_join_handle();
    member = next;
  }
}

template <class T>
void JoinSet<T>::add(Member& member) noexcept {
  member.next = first_;
  if (first_ != nullptr) first_->before = &member;
  first_ = &member;
  ++size_;
}

template <class T>
void JoinSet<T>::remove(Member& member) noexcept {
  (member.before == nullptr ? first_ : member.before->next) = member.next;
  if (member.next != nullptr) member.next->before = member.before;
  --size_;
}

template <class T>
task::Joined JoinSet<T>::joined(task::Joined::Needs needs) const noexcept {
  const Member* last[task::Joined::kMost];
  std::size_t found = 0;
  for (const Member* member = first_; member != nullptr; member = member->next) {
    if (found == std::size(last)) break;
    if (!member->state().is_complete()) last[found++] = member;
  }
  task::Joined out(needs);
  while (found > 0) {
    const Member& member = *last[--found];
    out.add(member.span().id(), member.state().is_aborted());
  }
  out.set_count(size_);
  return out;
}

template <class T>
JoinResult<T> JoinSet<T>::join(task::Completions::Link& ended) {
  auto& member = static_cast<Member&>(ended);
  remove(member);
  const JoinHandle<T> handle(member);  // dropped at the end, however that comes
  return member.join_result();
}

}  // namespace ari
