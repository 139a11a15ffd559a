// What a worker puts on record: events of the target "runtime::worker", one for each act.
//
// While nobody listens each costs a branch. FORMAT.md lists them for readers of logs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ari::scheduler::record {

// It found nothing to do and goes to sleep.
void park(std::size_t worker) noexcept;

// It woke: "notified" that there is work elsewhere, or by the "driver" with work of its
// own, or for "shutdown".
void unpark(std::size_t worker, std::string_view reason, bool in_driver) noexcept;

// It took tasks from another worker's queue.
void steal(std::size_t worker, std::size_t from, std::size_t tasks) noexcept;

// Its queue was full: that many tasks went to the shared one.
void overflow(std::size_t worker, std::size_t tasks) noexcept;

// How many tasks wait in its queue and in the shared one; every so many turns.
void depth(std::size_t worker, std::size_t local, std::size_t shared) noexcept;

// Its thread is about to block, and gave it up.
void hand_over(std::size_t worker) noexcept;

// It is in a poll of the task for at least so long already, in these calls (stack_probe.h);
// empty if they cannot be told. And the poll has ended, after at least so long.
void blocked(std::size_t worker, std::uint64_t task, std::chrono::nanoseconds time,
             std::string_view backtrace) noexcept;
void unblocked(std::size_t worker, std::uint64_t task, std::chrono::nanoseconds time) noexcept;

}  // namespace ari::scheduler::record
