// ResourcePlaces: what a record is about, and in whose poll it happens.
//
// A resource's events do not name it: they are about the innermost resource that their
// thread has entered. A resource that is made inside another is a root, and says nothing of
// that either. Logs that tell threads answer all such questions, exactly as tokio-console
// does. Without threads there is less to go by, best first:
//
//   * the spans that an event is in: an op's events happen in its poll;
//   * ids, which tell the thread that made a span (maker_guess.h);
//   * a resource for another's own use is made while that one is, before it is used; and an
//     op made in another's poll is made by the same task, on what is inside that one's
//     resource;
//   * a waker that is cloned in an op's poll is its task's;
//   * else what TaskContext guesses.
//
// Which spans there are follows the semantics: what is not in the model is nobody's parent.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/model/entered_spans.h"
#include "replay/model/maker_guess.h"
#include "replay/model/model.h"
#include "replay/model/span_table.h"
#include "replay/model/task_context.h"
#include "replay/model/thread_stacks.h"

namespace ari::replay {

class ResourcePlaces {
 public:
  // All that is passed in must outlive it. `context` and `tasks`, which know the tasks that
  // are being polled without and with threads, hear of each record before this does.
  ResourcePlaces(Semantics semantics, Model& model, SpanTable& spans, const TaskContext& context,
                 ThreadStacks& tasks);

  // A resource or op that is in the model was entered, left or closed. A span that is not
  // known any more was left.
  void entered(const Span& span, std::uint32_t thread);
  void exited(SpanId span, std::uint32_t thread);
  void closed(SpanId span);

  // Of logs without threads: a task was entered, left or closed.
  void task_entered(const Task& task);
  void task_exited(const Task& task);
  void task_closed(const Task& task);

  // The thread's exits may be lost. Calls `visit` with each op that it has entered.
  template <typename Visit>
  void forget(std::uint32_t thread, Visit visit) {
    resources_.forget(thread, [](SpanId) {});
    ops_.forget(thread, visit);
  }
  void clear();

  // ---- of a record that begins a span

  Link maker_of_resource(const subscriber::Record& record);
  // Requires: `resource` has its span, task and is_internal.
  Link parent_of_resource(const subscriber::Record& record, const Resource& resource);

  // The resource that an op uses; none if there is none that the console would see.
  Link resource_of_op(const subscriber::Record& record);
  // Fills in parent_op, and task as far as that is known already. Requires: `op` has its span
  // and resource.
  void place_op(const subscriber::Record& record, AsyncOp& op);

  // ---- of an event; 0: none

  SpanId resource_concerned(const subscriber::Record& event);
  SpanId op_concerned(const subscriber::Record& event);
  // In whose poll it happens; none if that is not certain.
  Link task_behind(const subscriber::Record& event);

  // ---- of an op's poll that begins, or told what came of it

  // In whose poll that is: what is certain, and for the console the best guess. None where
  // `op` has a task that is known better.
  Link task_polling(const AsyncOp& op, std::uint32_t thread);

  // The op in whose poll that happens; none if it is in no other's, or not told.
  Link op_polling(const AsyncOp& op, std::uint32_t thread);

  // Null if it is no resource that is in the model: by now the id may be that of something else.
  const Span* resource(SpanId id) const;
  // Null if it is no op, and no op's poll, that is in the model.
  AsyncOp* op_of(const Span* span);
  // The op that this one was made in; null if it is gone.
  AsyncOp* parent_of(const AsyncOp& op);
  Link link(SpanId span, SpanClass kind) const;

 private:
  using Record = subscriber::Record;

  // The span itself or the nearest of its ancestors of this class; 0 if there is none.
  SpanId ancestor(SpanId span, SpanClass kind) const;
  const Span* find(SpanId span) const { return span != 0 ? spans_.find(span) : nullptr; }
  bool is_entered(SpanId span) const;
  SpanId op_entered_by(SpanId task);
  SpanId parent_by_resource(const AsyncOp& op);

  const bool console_;
  Model& model_;
  SpanTable& spans_;
  const TaskContext& context_;
  ThreadStacks& tasks_;
  EnteredSpans resources_, ops_;
  MakerGuess makers_;
};

}  // namespace ari::replay
