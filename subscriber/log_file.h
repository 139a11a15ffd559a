// LogFile: opening the file of a log, so that neither a mistake nor anybody else comes to harm.
//
// A user's own directory is trusted: there a symbolic link is followed, as a shell's > does.
// In one that everybody may write to, such as /tmp, it may be somebody's trap, and so may a
// file that is there already: a link is not followed and another user's file not written.
#pragma once

#include <string>

#include "subscriber/output.h"

namespace ari::subscriber {

struct OpenedFile {
  int fd = -1;
  OutputError error;            // what is wrong with it; empty if fd is open
  bool is_unread_pipe = false;  // all that is wrong: a named pipe that nobody reads yet
};

// Opens `path` for a log: created with this mode less the umask, emptied if it was there. A file
// that another process is writing a log to is left alone. Never waits, unless `waits_for_reader`:
// then for somebody to read a named pipe.
OpenedFile open_log_file(const std::string& path, bool waits_for_reader = false,
                         unsigned mode = 0600);

}  // namespace ari::subscriber
