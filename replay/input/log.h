// Reading a log: the one door between log files and the rest of replay.
//
// Opens the path, decompresses if need be, recognises the format by its first lines,
// cuts the input into lines and feeds them through the format's Reader.
#pragma once

#include <string>

#include "replay/input/coverage.h"
#include "replay/input/reader.h"
#include "replay/input/source.h"
#include "replay/result.h"

namespace ari::replay {

// Reads all of `path` ("-": standard input) into `sink`, in file order. Fails only if the
// input cannot be read at all: no such file, a directory, no permission, empty, or no
// known log format in it. `observer` may be null. What is wrong inside is counted and located in
// the Coverage.
Result<Coverage> read_log(const std::string& path, RecordSink& sink,
                          ReadObserver* observer = nullptr);

// The same for input that is open already. `path` is only what it is called.
Result<Coverage> read_log(Source& source, const std::string& path, RecordSink& sink);

}  // namespace ari::replay
