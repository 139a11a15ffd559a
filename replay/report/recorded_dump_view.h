// A dump that the program itself put on record: `ari-replay dump --recorded N`.
#pragma once

#include <cstddef>
#include <string>

#include "replay/model/model.h"
#include "replay/model/recorded_dumps.h"
#include "replay/report/text_style.h"
#include "replay/result.h"

namespace ari::replay {

// Dump `number`, from 1; or else an error that says how many there are.
Result<const RecordedDump*> find_dump(const RecordedDumps& dumps, std::size_t number);

// Each task with its stack of coroutines, innermost first, and what it waits for.
void recorded_dump_text(const Coverage& coverage, const RecordedDumps& dumps, std::size_t number,
                        const TextStyle& style, std::string& out);

// {"version","semantics","coverage","recorded_dumps":[…],"tasks":[…]}
void recorded_dump_json(const Coverage& coverage, const RecordedDumps& dumps, std::size_t number,
                        std::string& out);

// That a log has recorded dumps, and how to see them; nothing if it has none.
void append_recorded_dumps(const Coverage& coverage, const RecordedDumps& dumps,
                           const TextStyle& style, std::string& out);

}  // namespace ari::replay
