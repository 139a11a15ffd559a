#include "replay/model/resource_places.h"

#include "replay/model/task_kind.h"

namespace ari::replay {

using subscriber::Record;

namespace {

// Spans are nested this deep at most; more than that is a circle in a broken log.
constexpr int kDeepest = 64;

}  // namespace

ResourcePlaces::ResourcePlaces(Semantics semantics, Model& model, SpanTable& spans,
                               const TaskContext& context, ThreadStacks& tasks)
    : console_(semantics == Semantics::kConsole),
      model_(model),
      spans_(spans),
      context_(context),
      tasks_(tasks) {}

// ---- what is entered

void ResourcePlaces::entered(const Span& span, std::uint32_t thread) {
  (span.kind == SpanClass::kResource ? resources_ : ops_).enter(thread, span.id);
}

void ResourcePlaces::exited(SpanId span, std::uint32_t thread) {
  resources_.exit(thread, span);
  ops_.exit(thread, span);
}

void ResourcePlaces::closed(SpanId span) {
  resources_.close(span);
  ops_.close(span);
}

void ResourcePlaces::task_entered(const Task& task) {
  if (!is_worker_of_tokio(task)) makers_.entered(task.span);
}

void ResourcePlaces::task_exited(const Task& task) {
  if (!is_worker_of_tokio(task)) makers_.exited(task.span);
}

void ResourcePlaces::task_closed(const Task& task) { makers_.closed(task.span); }

void ResourcePlaces::clear() {
  resources_.clear();
  ops_.clear();
  makers_.clear();
}

bool ResourcePlaces::is_entered(SpanId id) const {
  const Span* span = find(id);
  return span != nullptr && span->entered > 0;
}

// ---- relations

SpanId ResourcePlaces::ancestor(SpanId id, SpanClass kind) const {
  for (int depth = 0; id != 0 && depth < kDeepest; ++depth) {
    const Span* span = spans_.find(id);
    if (span == nullptr) return 0;
    if (span->kind == kind && span->index != kNowhere) return id;
    id = span->parent;
  }
  return 0;
}

Link ResourcePlaces::link(SpanId id, SpanClass kind) const {
  const Span* span = find(id);
  if (span == nullptr || span->kind != kind) return {id, kNowhere};
  return {id, span->index};
}

const Span* ResourcePlaces::resource(SpanId id) const {
  const Span* span = find(id);
  const bool is_it = span != nullptr && span->kind == SpanClass::kResource;
  return is_it && span->index != kNowhere ? span : nullptr;
}

AsyncOp* ResourcePlaces::op_of(const Span* span) {
  if (span != nullptr && span->kind == SpanClass::kAsyncOpPoll) span = find(span->parent);
  const bool is_op = span != nullptr && span->kind == SpanClass::kAsyncOp;
  return is_op && span->index != kNowhere ? &model_.ops[span->index] : nullptr;
}

AsyncOp* ResourcePlaces::parent_of(const AsyncOp& op) {
  const Span* span = find(op.parent_op.span);
  return span != nullptr && span->index == op.parent_op.index ? op_of(span) : nullptr;
}

// ---- beginnings

Link ResourcePlaces::maker_of_resource(const Record& record) {
  SpanId task = 0;
  if (record.thread != 0) {
    task = tasks_.innermost(record.thread);
  } else if (const SpanId around = ancestor(record.parent, SpanClass::kTask)) {
    task = around;
  } else if (!record.implied) {
    task = makers_.maker(record.span).value_or(0);
  }
  return link(task, SpanClass::kTask);
}

Link ResourcePlaces::parent_of_resource(const Record& record, const Resource& resource) {
  SpanId parent = ancestor(record.parent, SpanClass::kResource);
  if (record.thread != 0) {
    if (console_ || parent == 0) parent = resources_.innermost(record.thread);
  } else if (parent == 0 && resource.is_internal && !record.implied) {
    parent = resources_.last_that([&](SpanId id) {
      const Span* span = spans_.find(id);
      return span != nullptr && !span->used && span->index != kNowhere &&
             thread_of_id(id) == thread_of_id(resource.span) &&
             model_.resources[span->index].task.span == resource.task.span;
    });
  }
  return link(parent, SpanClass::kResource);
}

Link ResourcePlaces::resource_of_op(const Record& record) {
  SpanId resource = ancestor(record.parent, SpanClass::kResource);
  if (record.thread != 0) {
    if (console_ || resource == 0) resource = resources_.innermost(record.thread);
  } else if (console_ && !is_entered(resource)) {
    resource = 0;
  }
  return link(resource, SpanClass::kResource);
}

void ResourcePlaces::place_op(const Record& record, AsyncOp& op) {
  SpanId parent = 0;
  if (record.thread != 0) {
    parent = ops_.innermost(record.thread);
  } else if (!record.implied) {
    // Who makes an op polls it, as a rule.
    const std::optional<SpanId> maker = makers_.maker(op.span);
    op.task = link(maker.value_or(0), SpanClass::kTask);
    // One that is made outside its resource may be made anywhere.
    if (is_entered(op.resource.span)) {
      parent = maker ? op_entered_by(*maker) : parent_by_resource(op);
    }
  }
  op.parent_op = link(parent, SpanClass::kAsyncOp);
}

SpanId ResourcePlaces::op_entered_by(SpanId task) {
  return ops_.last_that([&](SpanId id) {
    const AsyncOp* op = op_of(spans_.find(id));
    return op != nullptr && op->task.span == task;
  });
}

SpanId ResourcePlaces::parent_by_resource(const AsyncOp& op) {
  const Resource* resource = follow(model_.resources, op.resource);
  if (resource == nullptr || !resource->parent) return 0;
  return ops_.last_that([&](SpanId id) {
    const AsyncOp* other = op_of(spans_.find(id));
    return other != nullptr && other->resource.index == resource->parent.index &&
           thread_of_id(id) == thread_of_id(op.span);
  });
}

// ---- events

SpanId ResourcePlaces::resource_concerned(const Record& event) {
  if (event.thread == 0) return ancestor(event.span, SpanClass::kResource);
  // A socket need not be entered when something is told of it.
  const Span* in = console_ ? nullptr : find(event.span);
  if (in != nullptr && in->kind == SpanClass::kResource) return in->id;
  if (in != nullptr && in->kind == SpanClass::kAsyncOp) {
    if (const SpanId used = ancestor(in->parent, SpanClass::kResource)) return used;
  }
  return resources_.innermost(event.thread);
}

SpanId ResourcePlaces::op_concerned(const Record& event) {
  if (event.thread != 0) return ops_.innermost(event.thread);
  if (const SpanId around = ancestor(event.span, SpanClass::kAsyncOp)) return around;
  const SpanId task = event.span != 0 ? context_.last() : 0;
  return task != 0 ? op_entered_by(task) : 0;
}

Link ResourcePlaces::task_behind(const Record& event) {
  if (event.thread != 0) return link(tasks_.innermost(event.thread), SpanClass::kTask);
  const AsyncOp* op = op_of(find(ancestor(event.span, SpanClass::kAsyncOp)));
  if (op != nullptr && op->task) return op->task;
  // While several tasks are polled, whose line it is would be a guess.
  const SpanId task = context_.last();
  return link(task == makers_.only() ? task : 0, SpanClass::kTask);
}

Link ResourcePlaces::op_polling(const AsyncOp& op, std::uint32_t thread) {
  if (!op.task || (thread == 0 && op.task.span != makers_.only())) return {};
  const SpanId around = ops_.last_that(thread, [&](SpanId id) {
    const AsyncOp* other = op_of(spans_.find(id));
    return other != nullptr && other != &op && other->is_polled;
  });
  const AsyncOp* const other = op_of(spans_.find(around));
  const bool is_same_task = other != nullptr && other->task.index == op.task.index;
  return is_same_task ? link(around, SpanClass::kAsyncOp) : Link();
}

Link ResourcePlaces::task_polling(const AsyncOp& op, std::uint32_t thread) {
  if (thread != 0) return link(tasks_.innermost(thread), SpanClass::kTask);
  const SpanId task = context_.last();
  const bool certain = task == makers_.only();
  return link(!op.task && (certain || console_) ? task : 0, SpanClass::kTask);
}

}  // namespace ari::replay
