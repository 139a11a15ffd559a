// BeginsAtFirst: a Subscriber that starts a recording with the first event it hears.
//
// For a child of fork(): it may hardly do anything in between, and one that calls exec() at
// once leaves no empty log behind. A child of a program of many threads may find locks held
// by threads that it has not, so everything here is the child's own.
#pragma once

#include <functional>

#include "runtime/trace/subscriber.h"

namespace ari::subscriber {

// Calls `start` with the first event, sets what it returns as the process's subscriber (null
// too) and passes the event on. To be called in a child, by its only thread; what it returns
// lives for ever.
trace::Subscriber* begin_at_first_event(std::function<trace::Subscriber*()> start);

}  // namespace ari::subscriber
