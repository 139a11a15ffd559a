#include "replay/model/resource_fold.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "replay/model/op_state.h"
#include "replay/model/saturating.h"
#include "replay/model/told_location.h"

namespace ari::replay {

using subscriber::Field;
using subscriber::Record;
using subscriber::ValueType;

namespace {

// Ops are made inside each other this deep at most; more is a circle in a broken log.
constexpr int kDeepestOp = 64;

const Field* find(const Record& record, std::string_view name, bool (*fits)(ValueType)) {
  for (const Field& field : record.fields) {
    if (field.name == name && fits(field.value.type())) return &field;
  }
  return nullptr;
}

std::string_view text(const Record& record, std::string_view name) {
  const Field* field = find(record, name, [](ValueType t) { return t == ValueType::kStr; });
  return field == nullptr ? std::string_view() : field->value.text();
}

bool flag(const Record& record, std::string_view name) {
  const Field* field = find(record, name, [](ValueType t) { return t == ValueType::kBool; });
  return field != nullptr && field->value.as_bool();
}

std::optional<std::uint64_t> as_unsigned(const subscriber::Value& value) {
  if (value.type() == ValueType::kU64) return value.as_u64();
  if (value.type() != ValueType::kI64 || value.as_i64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value.as_i64());
}

// Makes one at the end, or where there was one that is forgotten. Returns the place.
template <typename Thing>
std::uint32_t make(std::deque<Thing>& things, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    things.emplace_back();
    return static_cast<std::uint32_t>(things.size() - 1);
  }
  const std::uint32_t at = free.back();
  free.pop_back();
  std::destroy_at(&things[at]);
  std::construct_at(&things[at]);
  return at;
}

}  // namespace

ResourceFold::ResourceFold(const FoldOptions& options, Model& model, SpanTable& spans,
                           const TaskContext& context, ThreadStacks& tasks)
    : options_(options),
      model_(model),
      spans_(spans),
      places_(options.semantics, model, spans, context, tasks) {}

// ---- spans

void ResourceFold::begin(Span& span, const Record& record, const Moment& now) {
  if (span.kind == SpanClass::kResource) return begin_resource(span, record, now);
  if (span.kind == SpanClass::kAsyncOp) return begin_op(span, record, now);
  if (span.kind != SpanClass::kAsyncOpPoll) return;
  if (AsyncOp* op = places_.op_of(&span)) op->has_poll_span = true;
}

void ResourceFold::begin_resource(Span& span, const Record& record, const Moment& now) {
  const std::string_view type = text(record, "concrete_type"), kind = text(record, "kind");
  if (console() && (type.empty() || kind.empty())) return;
  TextPool& texts = *model_.texts;
  const std::uint32_t index = make(model_.resources, free_resources_);
  Resource& resource = model_.resources[index];
  resource.span = span.id;
  resource.concrete_type = texts.keep(type);
  resource.kind = texts.keep(kind);
  resource.target = texts.keep(record.target);
  resource.location = told_location(record).value_or(subscriber::Location{});
  resource.location.file = texts.keep(resource.location.file);
  resource.is_internal = flag(record, "is_internal");
  resource.inherits_child_attrs = flag(record, "inherits_child_attrs");
  resource.task = places_.maker_of_resource(record);
  resource.parent = places_.parent_of_resource(record, resource);
  if (!record.implied) resource.created_unix_ns = now.at_unix_ns;
  resource.since_unix_ns = now.at_unix_ns;
  resource.first_line = resource.last_line = now.line;
  span.watched = options_.watch_resource && options_.watch_resource(resource);
  span.index = index;
}

void ResourceFold::begin_op(Span& span, const Record& record, const Moment& now) {
  const std::string_view source = text(record, "source");
  const Link resource = places_.resource_of_op(record);
  if (console() && (source.empty() || !resource)) return;
  TextPool& texts = *model_.texts;
  const std::uint32_t index = make(model_.ops, free_ops_);
  AsyncOp& op = model_.ops[index];
  op.span = span.id;
  op.source = texts.keep(source);
  op.target = texts.keep(record.target);
  op.inherits_child_attrs = flag(record, "inherits_child_attrs");
  op.resource = resource;
  places_.place_op(record, op);
  if (!record.implied) op.created_unix_ns = now.at_unix_ns;
  op.since_unix_ns = now.at_unix_ns;
  op.first_line = op.last_line = now.line;
  if (Span* used = resource ? spans_.find(resource.span) : nullptr) used->used = true;
  span.index = index;
}

void ResourceFold::entered(Span& span, const Moment& now) {
  if (span.kind == SpanClass::kResource && span.index != kNowhere) {
    model_.resources[span.index].last_line = now.line;
    return places_.entered(span, now.thread);
  }
  AsyncOp* op = places_.op_of(&span);
  if (op == nullptr) return;
  op->last_line = now.line;
  const bool is_op = span.kind == SpanClass::kAsyncOp;
  if (is_op) places_.entered(span, now.thread);
  if (op->exit_doubtful) {
    span.entered = 1;
    op->is_polled = false;
  }
  if (span.entered > 1) return;
  span.edge_unix_ns = now.at_unix_ns;
  if (is_op != console()) return;
  op->exit_doubtful = false;
  begin_poll(*op, now.at_unix_ns);
  if (console()) return;
  note_task(*op, now.thread);
  if (!op->parent_op) op->polled_in = places_.op_polling(*op, now.thread);
}

void ResourceFold::exited(const Span& span, const Moment& now) {
  const bool is_op = span.kind == SpanClass::kAsyncOp;
  if (is_op || span.kind == SpanClass::kResource) places_.exited(span.id, now.thread);
  AsyncOp* op = places_.op_of(&span);
  if (op == nullptr) return;
  op->last_line = now.line;
  op->exit_doubtful = false;
  if (span.entered > 0 || !op->is_polled) return;
  if (is_op == console() || !op->has_poll_span) end_poll(*op, now.at_unix_ns);
}

void ResourceFold::closed(const Span& span, const Moment& now) {
  if (span.index == kNowhere) return;
  if (span.kind == SpanClass::kResource) {
    Resource& resource = model_.resources[span.index];
    resource.dropped_unix_ns = now.at_unix_ns;
    resource.last_line = now.line;
    places_.closed(span.id);
    locks_.resource_closed(span.index);
    if (forgets()) free_resources_.push_back(span.index);
  } else if (span.kind == SpanClass::kAsyncOp) {
    AsyncOp& op = model_.ops[span.index];
    if (op.is_polled && !console()) end_poll(op, now.at_unix_ns);
    op.is_polled = false;
    op.dropped_unix_ns = now.at_unix_ns;
    op.last_line = now.line;
    places_.closed(span.id);
    locks_.closed(span.index, now);
    if (forgets()) free_ops_.push_back(span.index);
  }
}

// ---- polls

void ResourceFold::begin_poll(AsyncOp& op, std::int64_t at_unix_ns) {
  ++op.polls;
  if (!op.first_poll_unix_ns) op.first_poll_unix_ns = at_unix_ns;
  const bool begins = !op.wait_began_unix_ns || (op.poll_op && op.poll_op->is_ready);
  const bool has_waited = op.wait_began_unix_ns && op.last_poll_ended_unix_ns &&
                          *op.last_poll_ended_unix_ns >= *op.wait_began_unix_ns;
  if (begins && has_waited && options_.samples) {
    if (!op.earlier_waits_ns) op.earlier_waits_ns = std::vector<std::int64_t>();
    (*op.earlier_waits_ns).push_back(last_wait_ns(op));
  }
  if (begins) op.wait_began_unix_ns = at_unix_ns;
  op.last_poll_started_unix_ns = at_unix_ns;
  op.is_polled = true;
}

void ResourceFold::end_poll(AsyncOp& op, std::int64_t at_unix_ns) {
  op.is_polled = false;
  op.last_poll_ended_unix_ns = at_unix_ns;
  const std::int64_t took_ns = at_unix_ns - *op.last_poll_started_unix_ns;
  clock_steps_ += took_ns < 0 ? 1 : 0;
  op.busy_ns = saturating_add(op.busy_ns, std::max<std::int64_t>(0, took_ns));
}

void ResourceFold::note_task(AsyncOp& op, std::uint32_t thread) {
  if (const Link task = places_.task_polling(op, thread)) give_to(op, task);
}

void ResourceFold::give_to(AsyncOp& op, const Link& task) {
  const bool had_another = op.task && op.task.index != task.index;
  const Span* const span = had_another ? spans_.find(op.span) : nullptr;
  if (span != nullptr && span->index != kNowhere) locks_.changes_task(span->index);
  op.task = task;
}

void ResourceFold::polled(const Record& record, const Moment& now) {
  const std::string_view name = text(record, "op_name");
  const Field* ready =
      find(record, "is_ready", [](ValueType type) { return type == ValueType::kBool; });
  if (name.empty() || ready == nullptr) return;
  const SpanId id = places_.op_concerned(record);
  const Span* span = id != 0 ? spans_.find(id) : nullptr;
  AsyncOp* op = places_.op_of(span);
  if (op == nullptr) return;
  op->poll_op = PollOp{model_.texts->keep(name), ready->value.as_bool(), now.at_unix_ns};
  op->last_line = now.line;
  note_task(*op, record.thread);
  // Without a span of its own, this is what tells the poll from the making of the op.
  if (!console() && !op->has_poll_span && !op->is_polled && span->entered > 0) {
    begin_poll(*op, span->edge_unix_ns);
  }
  const Span* its = spans_.find(op->span);
  if (its != nullptr && its->index != kNowhere) locks_.polled(its->index, now);
}

// Who waits in an op waits in those that it was made in.
void ResourceFold::cloned(SpanId in, SpanId task) {
  const Span* span = in != 0 ? spans_.find(in) : nullptr;
  if (span == nullptr || span->kind != SpanClass::kAsyncOpPoll || span->entered == 0) return;
  AsyncOp* op = places_.op_of(span);
  for (int depth = 0; op != nullptr && depth < kDeepestOp; ++depth) {
    give_to(*op, places_.link(task, SpanClass::kTask));
    op = places_.parent_of(*op);
  }
}

// ---- events

void ResourceFold::event(const Record& record, const Moment& now) {
  if (!record.target.starts_with("runtime::resource::")) return;
  if (record.target == "runtime::resource::poll_op") return polled(record, now);
  if (record.target == "runtime::resource::state_update") return resource_told(record, now);
  if (record.target == "runtime::resource::async_op::state_update") op_told(record, now);
}

void ResourceFold::resource_told(const Record& record, const Moment& now) {
  const auto update = read_attribute_update(record.fields);
  const SpanId id = update ? places_.resource_concerned(record) : 0;
  const Span* span = places_.resource(id);
  if (span == nullptr) return;
  change_resource(*span, *update, id, record, now);
  locks_.told(span->index, *update, places_.task_behind(record), now);
  const Link parent = model_.resources[span->index].parent;
  const Span* around = places_.resource(parent.span);
  if (around == nullptr || around->index != parent.index) return;
  if (!model_.resources[parent.index].inherits_child_attrs) return;
  change_resource(*around, *update, id, record, now);
}

void ResourceFold::op_told(const Record& record, const Moment& now) {
  const auto update = read_attribute_update(record.fields);
  const SpanId id = update ? places_.op_concerned(record) : 0;
  AsyncOp* op = id != 0 ? places_.op_of(spans_.find(id)) : nullptr;
  if (op == nullptr) return;
  change(*op, *update, id, now);
  // In the op's own poll the op's poll is the innermost span.
  const Span* in = record.span != 0 ? spans_.find(record.span) : nullptr;
  if (in != nullptr && in->kind == SpanClass::kAsyncOp) {
    const bool tells_whose = record.thread != 0;
    locks_.handed(*op, *update, tells_whose ? places_.task_behind(record) : Link());
  }
  AsyncOp* parent = places_.parent_of(*op);
  if (parent != nullptr && parent->inherits_child_attrs) change(*parent, *update, id, now);
}

// Of either class.
template <typename Thing>
const Attribute& ResourceFold::change(Thing& thing, const AttributeUpdate& update, SpanId of,
                                      const Moment& now) {
  thing.last_line = now.line;
  const AttributeRules rules{options_.semantics, !thing.created_unix_ns};
  return update_attribute(thing.attributes, update, of, rules, *model_.texts);
}

void ResourceFold::change_resource(const Span& span, const AttributeUpdate& update, SpanId of,
                                   const Record& record, const Moment& now) {
  Resource& resource = model_.resources[span.index];
  const Attribute& changed = change(resource, update, of, now);
  if (!console() && resource.concrete_type == "Barrier") start_generation(resource);
  if (!span.watched) return;
  resource.changes.push_back({now.at_unix_ns, changed, places_.task_behind(record), now.line});
}

// Tokio counts on from one generation of a barrier's waiters to the next.
void ResourceFold::start_generation(Resource& barrier) {
  const Attribute* size = find_attribute(barrier.attributes, "size", barrier.span);
  Attribute* arrived = find_attribute(barrier.attributes, "arrived", barrier.span);
  if (size == nullptr || arrived == nullptr) return;
  const auto whole = as_unsigned(size->value), there = as_unsigned(arrived->value);
  if (!whole || !there || *whole == 0 || *there < *whole) return;
  arrived->value = *there % *whole;
}

// ---- ends

// An exit may be among what was lost: then the next enter begins a poll all the same.
void ResourceFold::lost(std::uint32_t thread) {
  places_.forget(thread, [this](SpanId id) {
    if (AsyncOp* op = places_.op_of(spans_.find(id))) op->exit_doubtful = true;
  });
  locks_.lost();
}

// Who holds a resource is not known any more, nor what it told of itself: the next that counts from
// there does not tell it either.
void ResourceFold::miss_lines(const Span& span) {
  if (span.kind != SpanClass::kResource || span.index == kNowhere) return;
  locks_.miss_lines(span.index);
  if (console()) return;
  for (Attribute& attribute : model_.resources[span.index].attributes) attribute.value = {};
}

// Where lines are missing within the log, an op whose task is over ended with it at the latest.
void ResourceFold::end_with_task(AsyncOp& op) const {
  if (model_.coverage.news_in_gaps == 0 || op.dropped_unix_ns || console()) return;
  const Task* task = follow(model_.tasks, op.task);
  if (task == nullptr || task->span != op.task.span || !task->dropped_unix_ns) return;
  if (op.is_polled) op.is_polled = false;
  op.dropped_unix_ns = std::max(op.since_unix_ns, *task->dropped_unix_ns);
}

void ResourceFold::finish(AsyncOp& op, const ClockEnd& end) const {
  const std::int64_t total_until = op.dropped_unix_ns.value_or(end.after(op.first_line));
  const std::int64_t until = op.dropped_unix_ns.value_or(end.after(op.last_line));
  op.total_ns = std::max<std::int64_t>(0, total_until - op.since_unix_ns);
  std::int64_t open_ns = 0;
  // The console's rule: a poll that is going on is seen only if it is the first.
  const bool counts = console() ? !op.last_poll_ended_unix_ns.has_value() : op.is_polled;
  if (counts && op.last_poll_started_unix_ns) {
    open_ns = std::max<std::int64_t>(0, until - *op.last_poll_started_unix_ns);
  }
  op.busy_ns = saturating_add(op.busy_ns, open_ns);
  op.idle_ns = std::max<std::int64_t>(0, op.total_ns - op.busy_ns);
  if (!console()) op.busy_ns = op.total_ns - op.idle_ns;
}

void ResourceFold::end_recording(const ClockEnd& end, LineNumber last_line) {
  for (std::size_t i = first_resource_; i < model_.resources.size(); ++i) {
    Resource& r = model_.resources[i];
    const std::int64_t until = r.dropped_unix_ns.value_or(end.after(r.first_line));
    r.total_ns = std::max<std::int64_t>(0, until - r.since_unix_ns);
  }
  for (std::size_t i = first_op_; i < model_.ops.size(); ++i) {
    end_with_task(model_.ops[i]);
    finish(model_.ops[i], end);
  }
  locks_.end_recording(end, last_line);
  if (options_.resources) {
    gaps_.resources.insert(gaps_.resources.end(), free_resources_.begin(), free_resources_.end());
    gaps_.ops.insert(gaps_.ops.end(), free_ops_.begin(), free_ops_.end());
  } else {
    model_.resources.clear();
    model_.ops.clear();
  }
  free_resources_.clear();
  free_ops_.clear();
  first_resource_ = model_.resources.size();
  first_op_ = model_.ops.size();
  places_.clear();
}

}  // namespace ari::replay
