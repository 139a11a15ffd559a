// A clock that stands still: for tests of what waits for hours.
//
//   auto runtime = ari::Runtime::Builder::current_thread().start_paused(true).build();
//   runtime.block_on(main_task());
//
//   ari::Task<void> main_task() {
//     co_await ari::time::sleep(std::chrono::hours(1));       // takes no time at all
//     co_await ari::time::advance(std::chrono::seconds(3));   // somewhat later, in one jump
//   }
//
// While a runtime's clock is paused, Clock::now() gives the same instant again and again and
// no timer fires; until no task can run, nor any function of spawn_blocking: then the clock
// jumps to the next timer. So tasks meet in the same order in every run, and nobody waits.
// Logs go on telling the real time.
//
// Called inside of a task that a current-thread runtime's block_on runs; elsewhere, also in its
// blocking functions and on other threads, and at the wrong moment, these throw std::logic_error.
// Threads that use the runtime's timers by Handle::block_on are not waited for: the clock may jump
// while one of them is at work.
#pragma once

#include "runtime/task/task.h"
#include "runtime/time/clock.h"

namespace ari::time {

// Stops the clock, which must be running.
void pause();

// Lets the clock run on from where it stands; it must be paused.
void resume();

// Moves the paused clock in one jump and then yields, so that whoever slept until a moment
// before the new time is woken, all at once and in the order of their deadlines. To have
// each wake at its own time, sleep instead. Throws std::invalid_argument for a duration that
// is below zero or beyond what the clock can count.
Task<void> advance(Duration duration);

}  // namespace ari::time
