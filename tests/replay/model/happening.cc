#include "tests/replay/model/happening.h"

#include <fmt/format.h>

#include <optional>

#include "replay/model/fold.h"

namespace ari::test {

using replay::AsyncOp;
using replay::Attribute;
using replay::Resource;
using subscriber::Field;
using subscriber::Record;
using subscriber::Value;

namespace {

Value value_of(const FieldValue& value) {
  return std::visit(
      [](const auto& v) {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>) {
          return Value(std::string_view(v));
        } else {
          return Value(v);
        }
      },
      value);
}

std::string show(const FieldValue& value) {
  return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

std::string show(std::optional<std::int64_t> instant) {
  return instant ? fmt::format("{}", *instant) : "none";
}

std::string show(const Value& value) {
  switch (value.type()) {
    case subscriber::ValueType::kU64:
      return fmt::format("u{}", value.as_u64());
    case subscriber::ValueType::kI64:
      return fmt::format("i{}", value.as_i64());
    case subscriber::ValueType::kBool:
      return value.as_bool() ? "true" : "false";
    case subscriber::ValueType::kNone:
      return "?";
    default:
      return value.is_text() ? fmt::format("\"{}\"", value.text()) : "float";
  }
}

}  // namespace

replay::Model fold_happenings(const Happenings& log, replay::FoldOptions options) {
  options.resources = options.resources || !options.deadlocks;
  replay::Fold fold(std::move(options));
  replay::Line line;
  std::vector<Field> fields;
  for (const Happening& h : log) {
    ++line.number;
    fields.clear();
    for (const auto& [name, value] : h.fields) fields.push_back({name, value_of(value)});
    Record record;
    record.kind = h.kind;
    record.at_unix_ns = h.at_ns;
    record.thread = h.thread;
    record.span = h.span;
    record.parent = h.parent;
    record.name = h.name;
    record.target = h.target;
    record.fields = fields;
    record.op = h.op;
    record.task = h.task;
    fold.record(record, line);
  }
  return fold.finish({});
}

std::string show(const std::vector<Attribute>& attributes) {
  std::string out;
  for (const Attribute& a : attributes) {
    out += fmt::format(" {}[{}]={}{}", a.name, a.of, show(a.value), a.unit);
  }
  return out;
}

std::string show(const std::deque<Resource>& resources) {
  std::string out;
  for (const Resource& r : resources) {
    out += fmt::format(
        "resource={} type={} kind={} location={}:{}:{} internal={} inherits={} parent={} task={} "
        "created={} dropped={} total={}{}\n",
        r.span, r.concrete_type, r.kind, r.location.file, r.location.line, r.location.column,
        r.is_internal, r.inherits_child_attrs, r.parent.span, r.task.span, show(r.created_unix_ns),
        show(r.dropped_unix_ns), r.total_ns, show(r.attributes));
  }
  return out;
}

std::string show(const std::deque<AsyncOp>& ops) {
  std::string out;
  for (const AsyncOp& op : ops) {
    out += fmt::format(
        "op={} source={} inherits={} resource={} parent={} task={} created={} dropped={} polls={} "
        "busy={} idle={} total={} first={} started={} ended={} polled={} poll_op={}{}\n",
        op.span, op.source, op.inherits_child_attrs, op.resource.span, op.parent_op.span,
        op.task.span, show(op.created_unix_ns), show(op.dropped_unix_ns), op.polls, op.busy_ns,
        op.idle_ns, op.total_ns, show(op.first_poll_unix_ns), show(op.last_poll_started_unix_ns),
        show(op.last_poll_ended_unix_ns), op.is_polled,
        op.poll_op ? fmt::format("{}:{}@{}", op.poll_op->name, op.poll_op->is_ready,
                                 op.poll_op->at_unix_ns)
                   : "none",
        show(op.attributes));
  }
  return out;
}

std::string show(const Happenings& log) {
  std::string out;
  for (const Happening& h : log) {
    out += fmt::format("{} kind {} thread {} span {} parent {} {}{}", h.at_ns,
                       static_cast<int>(h.kind), h.thread, h.span, h.parent, h.name, h.target);
    for (const auto& [name, value] : h.fields) out += fmt::format(" {}={}", name, show(value));
    out += '\n';
  }
  return out;
}

}  // namespace ari::test
