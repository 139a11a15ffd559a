// All of the runtime that a program uses, in one include.
//
// Logs of programs on it read like logs of Tokio programs; what is told otherwise, and why,
// is listed in subscriber/FORMAT.md, and tests/runtime holds it to that.
#pragma once

#include "runtime/scheduler/builder.h"
#include "runtime/scheduler/handle.h"
#include "runtime/scheduler/runtime.h"
#include "runtime/sync/barrier.h"
#include "runtime/sync/cancellation_token.h"
#include "runtime/sync/mutex.h"
#include "runtime/sync/notify.h"
#include "runtime/sync/once_cell.h"
#include "runtime/sync/oneshot.h"
#include "runtime/sync/rwlock.h"
#include "runtime/sync/semaphore.h"
#include "runtime/task/block_in_place.h"
#include "runtime/task/coop.h"
#include "runtime/task/join.h"
#include "runtime/task/join_set.h"
#include "runtime/task/select.h"
#include "runtime/task/spawn.h"
#include "runtime/task/task.h"
#include "runtime/task/task_local.h"
#include "runtime/task/yield_now.h"
#include "runtime/time/sleep.h"
#include "runtime/trace/callsite.h"
