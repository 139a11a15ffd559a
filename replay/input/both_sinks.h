// BothSinks: gives each record to one sink and then to another.
#pragma once

#include "replay/input/reader.h"

namespace ari::replay {

class BothSinks : public RecordSink {
 public:
  // Neither is owned.
  BothSinks(RecordSink& first, RecordSink& second) : first_(first), second_(second) {}

  void record(const subscriber::Record& record, const Line& line) override {
    first_.record(record, line);
    second_.record(record, line);
  }

 private:
  RecordSink& first_;
  RecordSink& second_;
};

}  // namespace ari::replay
