// JoinedFolds: several logs that are read at the same time, as one model.
//
// Logs that are read one after the other go into one Fold. Of logs that are followed none ends
// before the other begins, so each is folded by itself, and the models are put together.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "replay/input/reader.h"
#include "replay/model/fold.h"
#include "replay/model/model.h"

namespace ari::replay {

class JoinedFolds {
 public:
  // Requires: logs > 0; the options let it keep all that is over.
  JoinedFolds(FoldOptions options, std::size_t logs);

  // Where each log's records go.
  std::vector<RecordSink*> sinks() const;

  // The model of all, in the order of the logs, as Fold::finish(). Called once.
  Model finish(Coverage coverage);

 private:
  std::vector<std::unique_ptr<Fold>> folds_;
};

}  // namespace ari::replay
