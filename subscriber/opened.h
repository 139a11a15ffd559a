// Opened: a recording that ARI asks for, with its files open and its thread running.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "subscriber/init.h"
#include "subscriber/own_descriptor.h"
#include "subscriber/session.h"

namespace ari::subscriber {

struct Opened {
  std::unique_ptr<Session> session;  // null: nothing that was asked for can be had
  // What the runtime is to report to: the session, with a filter before it if one is asked
  // for. Lives for ever, as threads may be recording to the last.
  trace::Subscriber* subscriber = nullptr;
  // To be called in the end if no event was recorded; null if that is no wonder.
  std::function<void()> complain_of_nothing;
};

// Every file that is open for the recording, which goes on to use what is in here. Nothing but
// numbers, since a child that was forked from a program of many threads may hardly do more than
// close() them.
using OpenFiles = std::deque<OwnDescriptor>;

// Opens what `ari` and `ari_filter`, the values of ARI and ARI_FILTER, ask for, and complains
// of what is not understood or cannot be had. `ari_filter` may be null. With `parent`, the
// process that this one was forked from, not 0: files only, none of which is the parent's.
// Relative paths begin at `directory`, wherever the program has gone since.
Opened open_recording(const char* ari, const char* ari_filter, Streams streams,
                      const std::string& directory, long parent, OpenFiles& files);

}  // namespace ari::subscriber
