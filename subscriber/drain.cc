#include "subscriber/drain.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace ari::subscriber {

namespace {

constexpr std::int64_t kFirstPatienceNs = 1'000'000'000;
constexpr std::int64_t kMostPatienceNs = 60 * kFirstPatienceNs;

std::uint64_t ticks_of(const std::byte* chunk) noexcept {
  std::uint64_t ticks;
  std::memcpy(&ticks, chunk + offsetof(ChunkHead, ticks), sizeof ticks);
  return ticks;
}

Record record_at(RecordKind kind, std::int64_t at_unix_ns) {
  Record record;
  record.kind = kind;
  record.at_unix_ns = at_unix_ns;
  return record;
}

}  // namespace

bool Drain::Later::operator()(const Source* a, const Source* b) const noexcept {
  if (a->ticks != b->ticks) return a->ticks > b->ticks;
  return a->lane->thread() > b->lane->thread();
}

Drain::Drain(Lanes& lanes, Anchor start, RecordConsumer& consumer, std::string_view program,
             std::string_view clock, std::span<const Field> more)
    : lanes_(lanes), time_line_(start), consumer_(consumer), decoder_(own_symbols_) {
  std::vector<Field> fields{{"pid", Value(static_cast<std::uint64_t>(getpid()))},
                            {"clock", Value(clock)}};
  fields.insert(fields.end(), more.begin(), more.end());
  Record header = record_at(RecordKind::kHeader, start.unix_ns);
  header.name = program;
  header.fields = fields;
  consumer_.consume(header);
}

Drain::Drain(Lanes& lanes, const TimeLine& time_line, RecordConsumer& consumer,
             const Symbols& symbols)
    : lanes_(lanes), time_line_(time_line), consumer_(consumer), decoder_(symbols) {}

std::size_t Drain::pass(Anchor now) {
  time_line_.add(now);
  const std::uint64_t window = time_line_.ticks_in(kWindowNs);
  const std::size_t bytes = merge(now.ticks > window ? now.ticks - window : 0);
  if (bytes > 0) {
    patience_ns_ = kFirstPatienceNs;
    alive_unix_ns_ = latest_unix_ns_;
  } else if (now.unix_ns - alive_unix_ns_ >= patience_ns_) {
    patience_ns_ = std::min(2 * patience_ns_, kMostPatienceNs);
    tell_alive(now);
  }
  find_ended(now.unix_ns);
  remove_ended();
  return bytes;
}

void Drain::tell_alive(Anchor now) {
  if (latest_unix_ns_ == INT64_MIN) return;
  alive_unix_ns_ = now.unix_ns;
  // What is younger may still come.
  const std::int64_t at_unix_ns = std::max(now.unix_ns - kWindowNs, latest_unix_ns_);
  consumer_.consume(record_at(RecordKind::kAlive, at_unix_ns));
}

void Drain::checkpoint(RingFile& file, std::uint64_t log_bytes) {
  const std::uint32_t next = file.next_checkpoint();
  for (const auto& source : sources_) note_position(*source, next);
  file.commit(log_bytes, lost_without_ring_, time_line_.last_anchors());
  for (const auto& source : sources_) {
    if (source->lane->is_in_file()) source->lane->ring().release();
    source->is_in_log = true;
    // Its thread may have the ring for a while yet, and no later checkpoint speaks of it.
    if (source->has_ended) note_position(*source, file.next_checkpoint());
  }
  remove_ended();
}

// In the ring's head, as that checkpoint is to have it.
void Drain::note_position(const Source& source, std::uint32_t checkpoint) {
  if (!source.lane->is_in_file()) return;
  RingHead& head = source.lane->ring().head();
  head.read[checkpoint] = source.lane->ring().position();
  head.told[checkpoint] = source.told;
}

void Drain::drain_all() {
  merge(UINT64_MAX);
  const std::int64_t now = std::max(time_line_.last_anchor().unix_ns, latest_unix_ns_);
  for (const auto& source : sources_) tell_rest_of_loss(*source, now);
}

void Drain::finish(Anchor now) {
  time_line_.add(now);
  drain_all();
  if (lanes_.lost() != lost_without_ring_) {
    consume_lost(0, lanes_.lost() - lost_without_ring_, 0, now.unix_ns);
  }
  Record end = record_at(RecordKind::kEnd, now.unix_ns);
  end.lost = lost_;
  consumer_.consume(end);
}

std::size_t Drain::merge(std::uint64_t horizon_ticks) {
  lanes_.take_new(new_lanes_);
  while (!new_lanes_.empty()) {  // out of memory, what is left waits for the next pass
    const std::shared_ptr<Lane>& lane = new_lanes_.back();
    sources_.push_back(std::make_unique<Source>(Source{.lane = lane, .told = lane->told_before()}));
    new_lanes_.pop_back();
  }

  heap_.clear();
  for (const auto& source : sources_) {
    if (look(*source)) heap_.push_back(source.get());
  }
  std::make_heap(heap_.begin(), heap_.end(), Later());
  std::size_t bytes = 0;
  while (!heap_.empty() && heap_.front()->ticks <= horizon_ticks) {
    std::pop_heap(heap_.begin(), heap_.end(), Later());
    Source& source = *heap_.back();
    heap_.pop_back();
    bytes += run(source, horizon_ticks, heap_.empty() ? nullptr : heap_.front());
    if (source.lane->ring().front() == nullptr) continue;
    heap_.push_back(&source);
    std::push_heap(heap_.begin(), heap_.end(), Later());
  }
  for (const auto& source : sources_) tell_damage(*source);
  return bytes;
}

// Sees how far the lane has come. True if there is something to read.
bool Drain::look(Source& source) {
  source.is_in_log = false;
  source.has_left = source.lane->has_left();  // first: then refresh() sees all there is
  if (!source.lane->ring().refresh()) return false;
  source.ticks = ticks_of(source.lane->ring().front());
  return true;
}

// Hands on one source's chunks for as long as none of `next`, the earliest of the other
// sources, comes before. Most runs are long: threads seldom record in turns.
std::size_t Drain::run(Source& source, std::uint64_t horizon_ticks, const Source* next) {
  Ring& ring = source.lane->ring();
  const std::size_t unread_before = ring.unread_bytes();
  while (source.ticks <= horizon_ticks && (next == nullptr || !Later()(&source, next))) {
    hand_on(source, ring.front());
    ring.advance();
    if (!source.lane->is_in_file()) ring.release();
    const std::byte* const chunk = ring.front();
    if (chunk == nullptr) break;
    source.ticks = ticks_of(chunk);
  }
  return unread_before - ring.unread_bytes();
}

void Drain::hand_on(Source& source, const std::byte* chunk) {
  const std::int64_t at_unix_ns = time_line_.unix_ns(source.ticks);
  latest_unix_ns_ = std::max(latest_unix_ns_, at_unix_ns);
  if (!source.is_announced) [[unlikely]]
    announce(source, at_unix_ns);
  const Record& record = decoder_.decode(chunk, source.lane->thread(), at_unix_ns);
  if (record.kind == RecordKind::kLost) {
    source.told += record.lost;
    source.told_closes += record.lost_closes;
    lost_ += record.lost;
  }
  consumer_.consume(record);
}

// A thread's name comes before the first that is told of it.
void Drain::announce(Source& source, std::int64_t at_unix_ns) {
  const std::size_t thread = source.lane->thread();
  announced_.resize(std::max(announced_.size(), thread + 1));
  source.is_announced = true;
  if (announced_[thread]) return;
  announced_[thread] = true;
  Record record = record_at(RecordKind::kThread, at_unix_ns);
  record.thread = source.lane->thread();
  record.name = source.lane->thread_name();
  consumer_.consume(record);
}

void Drain::find_ended(std::int64_t at_unix_ns) {
  for (const auto& source : sources_) {
    if (!source->has_left || source->lane->ring().unread_bytes() != 0) continue;
    tell_rest_of_loss(*source, at_unix_ns);
    source->has_ended = true;
  }
}

// A ring that lies in a file is not given to another thread before the log has all of it.
void Drain::remove_ended() {
  std::erase_if(sources_, [this](const std::unique_ptr<Source>& source) {
    const bool is_over = source->has_ended && (source->is_in_log || !source->lane->is_in_file());
    if (is_over) consumer_.end_thread(source->lane->thread());
    return is_over;
  });
}

// Events that were lost after the lane's last chunk.
void Drain::tell_rest_of_loss(Source& source, std::int64_t at_unix_ns) {
  const std::uint64_t untold = source.lane->lost() - source.told;
  if (untold == 0) return;
  // A dead program's ring does not say how many closes are among them.
  const std::uint64_t lost_closes = std::max(source.lane->lost_closes(), source.told_closes);
  const std::uint64_t untold_closes = lost_closes - source.told_closes;
  announce(source, at_unix_ns);
  source.told += untold;
  source.told_closes += untold_closes;
  decoder_.lose_closes(untold_closes);
  consume_lost(source.lane->thread(), untold, untold_closes, at_unix_ns);
}

// How many events were in what a damaged ring had is not known: one at least.
void Drain::tell_damage(Source& source) {
  if (!source.lane->ring().take_damage()) return;
  const std::int64_t at = std::max(time_line_.last_anchor().unix_ns, latest_unix_ns_);
  announce(source, at);
  consume_lost(source.lane->thread(), 1, 0, at);
}

void Drain::consume_lost(std::uint32_t thread, std::uint64_t lost, std::uint64_t lost_closes,
                         std::int64_t at_unix_ns) {
  lost_ += lost;
  Record record = record_at(RecordKind::kLost, at_unix_ns);
  record.thread = thread;
  record.lost = lost;
  record.lost_closes = lost_closes;
  consumer_.consume(record);
}

}  // namespace ari::subscriber
