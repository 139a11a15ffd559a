#include "replay/model/life_line.h"

#include <algorithm>

namespace ari::replay {

namespace {

LifeEvent& add(std::vector<LifeEvent>& life, LifeEvent::Kind kind, const Moment& now) {
  LifeEvent& event = life.emplace_back();
  event.kind = kind;
  event.at_unix_ns = now.at_unix_ns;
  event.thread = now.thread;
  event.first_line = event.last_line = now.line;
  return event;
}

void last_until(LifeEvent& event, std::int64_t at_unix_ns) {
  event.duration_ns = std::max<std::int64_t>(0, at_unix_ns - event.at_unix_ns);
}

}  // namespace

void LifeLine::spawned(std::vector<LifeEvent>& life, const Moment& now) {
  add(life, LifeEvent::Kind::kSpawned, now);
}

void LifeLine::closed(std::vector<LifeEvent>& life, const Moment& now) {
  add(life, LifeEvent::Kind::kClosed, now);
}

void LifeLine::waker(std::vector<LifeEvent>& life, const Moment& now, const WakerUse& use) {
  LifeEvent& event = add(life, LifeEvent::Kind::kWaker, now);
  event.op = use.op;
  event.self_wake = use.self_wake;
  event.by_task = use.by_task;
  event.by_unclear = use.by_unclear;
  event.async_op = use.async_op;
  event.resource = use.resource;
}

void LifeLine::entered(std::vector<LifeEvent>& life, const Moment& now,
                       std::optional<std::int64_t> scheduled_ns, bool destroy) {
  poll_ = life.size();
  LifeEvent& event = add(life, destroy ? LifeEvent::Kind::kDestroyed : LifeEvent::Kind::kPoll, now);
  if (!destroy) event.scheduled_ns = scheduled_ns;
}

void LifeLine::exited(std::vector<LifeEvent>& life, const Moment& now,
                      const SourceLocation* parked_at) {
  LifeEvent& event = life[poll_];
  last_until(event, now.at_unix_ns);
  event.last_line = now.line;
  event.parked_at = parked_at;
}

void LifeLine::was_destroyed(std::vector<LifeEvent>& life) {
  life[poll_].kind = LifeEvent::Kind::kDestroyed;
  life[poll_].scheduled_ns.reset();
  life[poll_].parked_at = nullptr;
}

void LifeLine::cut(std::vector<LifeEvent>& life, std::int64_t at_unix_ns) {
  life[poll_].open = true;
  last_until(life[poll_], at_unix_ns);
}

}  // namespace ari::replay
