#include "replay/input/log.h"

#include "replay/input/log_input.h"

namespace ari::replay {

Result<Coverage> read_log(const std::string& path, RecordSink& sink, ReadObserver* observer) {
  Result<std::unique_ptr<Source>> source = open_source(path, UINT64_MAX, observer);
  if (!source.has_value()) return source.error();
  return read_log(*source.value(), path, sink);
}

Result<Coverage> read_log(Source& source, const std::string& path, RecordSink& sink) {
  LogInput input(source, path);
  if (auto error = input.recognise()) return *error;
  Recognised& log = input.format();
  Coverage coverage;
  coverage.path = path;
  coverage.format = log.format;
  coverage.facts = log.facts;
  input.read_all(*log.reader, sink, coverage);
  log.reader->pause(true, sink, coverage);
  input.note_fault(coverage);
  return coverage;
}

}  // namespace ari::replay
