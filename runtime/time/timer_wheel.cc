// A timer's level is the highest base-64 digit in which its tick differs from the one that
// the wheel stands at, and its slot is that digit. So all timers of a level share the digits
// above with the wheel, the first occupied slot of the lowest occupied level is what comes
// next, and a timer's place is known from its tick alone.
//
//   base 64:   wheel at  0·1·6      timer due at  0·1·7  level 0, slot 7
//                                                 0·2·2  level 1, slot 2
//                                                 1·14·8 level 2, slot 1
//
// When the wheel comes to the start of a slot (1·0·0), that digit is a difference no more:
// the slot's timers move to lower levels (1·14·8 to level 1, slot 14), each at most once
// per level. Timers of one tick are always in one list and keep their order in it. Stopping
// at every occupied slot, and nowhere else, costs a count of trailing zeros each.
//
// The scheme is the hierarchical wheel of Varghese and Lauck, "Hashed and hierarchical
// timing wheels" (1987), as Tokio has it. Tokio's has six levels and lets what is more than
// two years off go round; eleven spare us that case and cost 6 kB.
#include "runtime/time/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace ari::time {

TimerWheel::Place TimerWheel::place_of(Tick due) const noexcept {
  // Differing in no digit counts as level 0, where a timer stays until it is taken.
  const Tick difference = (elapsed_ ^ due) | (kSlots - 1);
  const unsigned level = (static_cast<unsigned>(std::bit_width(difference)) - 1) / kBits;
  return {level, static_cast<std::size_t>(due >> (level * kBits)) % kSlots};
}

TimerWheel::Place TimerWheel::first_place() const noexcept {
  const auto level = static_cast<std::size_t>(std::countr_zero(occupied_levels_));
  return {level, static_cast<std::size_t>(std::countr_zero(levels_[level].occupied))};
}

Tick TimerWheel::start_of(Place place) const noexcept {
  const Tick width = Tick{1} << (place.level * kBits);
  const Tick digits_below = width * kSlots - 1;  // 2^66 wraps to 0: at the top, all digits
  return (elapsed_ & ~digits_below) | (place.slot * width);
}

void TimerWheel::add(Timer& timer) noexcept {
  assert(!timer.listed && "a timer is listed once");
  assert(timer.due > elapsed_ && timer.due < kNever && "a listed timer is yet to come");
  append(timer);
  next_ = std::min(next_, start_of(place_of(timer.due)));
}

void TimerWheel::remove(Timer& timer) noexcept {
  assert(timer.listed && "only a listed timer can be taken off");
  unlink(timer);
  find_next();
}

TimerWheel::Timer* TimerWheel::take_due(Tick now) noexcept {
  while (next_ <= now) {
    elapsed_ = next_;
    const Place place = first_place();
    if (place.level == 0) {
      Timer* timer = levels_[0].slots[place.slot].first;
      unlink(*timer);
      find_next();
      return timer;
    }
    sort(place);
    find_next();
  }
  elapsed_ = std::max(elapsed_, now);
  return nullptr;
}

void TimerWheel::append(Timer& timer) noexcept {
  const Place place = place_of(timer.due);
  Level& level = levels_[place.level];
  Slot& slot = level.slots[place.slot];
  timer.listed = true;
  timer.before = slot.first == nullptr ? nullptr : slot.last;
  timer.after = nullptr;
  (slot.first == nullptr ? slot.first : slot.last->after) = &timer;
  slot.last = &timer;
  level.occupied |= std::uint64_t{1} << place.slot;
  occupied_levels_ |= 1U << place.level;
}

void TimerWheel::unlink(Timer& timer) noexcept {
  const Place place = place_of(timer.due);
  Slot& slot = levels_[place.level].slots[place.slot];
  timer.listed = false;
  (timer.before == nullptr ? slot.first : timer.before->after) = timer.after;
  (timer.after == nullptr ? slot.last : timer.after->before) = timer.before;
  if (slot.first == nullptr) mark_empty(place);
}

void TimerWheel::mark_empty(Place place) noexcept {
  Level& level = levels_[place.level];
  level.occupied &= ~(std::uint64_t{1} << place.slot);
  if (level.occupied == 0) occupied_levels_ &= ~(1U << place.level);
}

void TimerWheel::sort(Place place) noexcept {
  Timer* timer = std::exchange(levels_[place.level].slots[place.slot].first, nullptr);
  mark_empty(place);
  while (timer != nullptr) {
    Timer* after = timer->after;
    append(*timer);
    timer = after;
  }
}

void TimerWheel::find_next() noexcept {
  next_ = occupied_levels_ == 0 ? kNever : start_of(first_place());
}

}  // namespace ari::time
