// Where FmtRecords puts what a line comes to.
#pragma once

#include "replay/input/emit.h"
#include "replay/input/fmt_records.h"

namespace ari::replay {

struct FmtRecords::Out {
  const FmtLine& fmt;
  const Line& line;
  RecordSink& sink;
  Coverage& coverage;

  subscriber::Record record(subscriber::RecordKind kind) const {
    subscriber::Record record;
    record.kind = kind;
    record.at_unix_ns = fmt.at_unix_ns;
    record.thread = fmt.thread;
    record.level = fmt.level;
    return record;
  }
  void emit(const subscriber::Record& record) const { replay::emit(record, line, sink, coverage); }
  Inferred& inferred() const { return *coverage.inferred; }
};

}  // namespace ari::replay
