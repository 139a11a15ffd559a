// Channels and Notify: every message where it belongs, once, with tasks that give way, give up
// and are aborted at random. mpsc_stress_test.cc has more of senders that give up.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "tests/runtime/belonging.h"
#include "tests/runtime/poll_once.h"
#include "tests/runtime/stress/world.h"

namespace ari::stress {
namespace {

using std::chrono::milliseconds;
using sync::NoValue;
using test::Belonging;
using test::boxed;
using test::poll_once;

// ---- oneshot

// Where the value of one channel went. It went nowhere only if its task was aborted with it.
struct Fate {
  std::atomic<int> sent{0}, refused{0}, received{0}, missed{0};
};
struct Parcel {
  Belonging belonging;
  int number;
};

Task<void> sends_one(sync::oneshot::Sender<Parcel> sender, int number, Belonging b, Fate* fate,
                     Dice dice) {
  co_await gives_way(dice);
  if (dice.one_in(4)) co_return;  // drops it
  if (dice.one_in(4)) {
    auto closed = boxed([&] { return sender.closed(); });
    const bool is_closed = co_await poll_once(*closed);
    EXPECT_LE(is_closed, sender.is_closed());
    co_await gives_way(dice);
  }
  const std::optional<Parcel> back = sender.send(Parcel{b, number});
  EXPECT_EQ(back ? back->number : number, number);
  (back ? fate->refused : fate->sent).fetch_add(1);
}

Task<void> receives_one(sync::oneshot::Receiver<Parcel> receiver, int number, Fate* fate,
                        Dice dice) {
  co_await gives_way(dice);
  std::optional<Parcel> got;
  const unsigned way = dice.below(6);
  if (way == 0) co_return;  // drops it
  if (way == 1) {
    receiver.close();
    auto tried = receiver.try_recv();
    if (tried) got = *std::move(tried);
  } else if (way == 2) {
    const bool ready = co_await poll_once(receiver);
    co_await gives_way(dice);
    if (ready) {
      got = receiver.result();
    } else {
      got = co_await receiver;
    }
  } else {
    got = co_await receiver;
  }
  EXPECT_EQ(got ? got->number : number, number);
  (got ? fate->received : fate->missed).fetch_add(1);
}

TEST(ChannelsStress, OneshotsValueIsReceivedOrGivenBackOrDestroyed) {
  on_each_seed([](World& world) {
    int alive = 0;
    std::deque<Fate> fates(4);
    std::vector<sync::oneshot::Sender<Parcel>> senders;
    std::vector<sync::oneshot::Receiver<Parcel>> receivers;
    for (std::size_t i = 0; i < fates.size(); ++i) {
      auto channel = sync::oneshot::channel<Parcel>();
      senders.push_back(std::move(channel.first));
      receivers.push_back(std::move(channel.second));
    }
    world.mortal_crowd(8, [&](int number, Dice dice) {
      const auto i = static_cast<std::size_t>(number / 2);
      return number % 2 == 0
                 ? sends_one(std::move(senders[i]), number / 2, Belonging(alive), &fates[i], dice)
                 : receives_one(std::move(receivers[i]), number / 2, &fates[i], dice);
    });
    for (const Fate& fate : fates) {
      EXPECT_LE(fate.received, fate.sent) << "received, and given back too";
    }
    EXPECT_EQ(alive, 0);
  });
}

// ---- mpsc

// What one sender got into the channel, in order; what the receiver got of it.
struct Book {
  std::vector<int> sent, received;
};
struct Message {
  Belonging belonging;
  int sender;
  int number;
};

// No co_await between the sending and the note of it, so no abort either.
template <class Sender>
Task<void> sends_many(Sender tx, int sender, Book* book, Belonging b, Dice dice) {
  for (int number = 0; number < 15; ++number) {
    co_await gives_way(dice);
    Message message{b, sender, number};
    if constexpr (std::is_same_v<Sender, sync::mpsc::Sender<Message>>) {
      std::optional<sync::mpsc::Permit<Message>> permit;
      if (dice.one_in(4)) {
        // Several, of which it uses one and gives the others back, soon or late.
        auto permits =
            co_await tx.reserve_many(1 + dice.below(static_cast<unsigned>(tx.max_capacity())));
        if (!permits) co_return;
        permit = permits->next();
        if (dice.one_in(2)) co_await gives_way(dice);
      }
      if (!permit && dice.one_in(4)) {
        auto owned = co_await std::move(tx).reserve_owned();
        if (!owned) co_return;
        if (dice.one_in(5)) {
          tx = std::move(*owned).release();
          continue;
        }
        tx = std::move(*owned).send(std::move(message));
        book->sent.push_back(number);
        continue;
      }
      if (!permit && dice.one_in(4)) {
        auto refused = co_await tx.send_timeout(std::move(message), milliseconds(dice.below(2)));
        if (!refused) {
          book->sent.push_back(number);
        } else if (refused->why == sync::mpsc::Refused<Message>::Why::kClosed) {
          co_return;
        }
        continue;
      }
      if (dice.one_in(2)) permit = tx.try_reserve();
      if (!permit) permit = co_await tx.reserve();
      if (!permit) co_return;
      if (dice.one_in(5)) continue;  // gives it back
      std::move(*permit).send(std::move(message));
      book->sent.push_back(number);
    } else {
      const auto back = tx.send(std::move(message));
      if (back) co_return;
      book->sent.push_back(number);
    }
  }
}

Task<void> receives_many(sync::mpsc::Receiver<Message>* rx, std::deque<Book>* books, Dice dice) {
  const auto keep = [&](const Message& message) {
    (*books)[static_cast<std::size_t>(message.sender)].received.push_back(message.number);
  };
  for (bool open = true; open;) {
    co_await gives_way(dice);
    const unsigned way = dice.below(4);
    if (way == 0) {
      std::vector<Message> got;
      auto recv = boxed([&] { return rx->recv_many(got, 1 + dice.below(4)); });
      if (dice.one_in(2)) {
        const bool ready = co_await poll_once(*recv);
        if (!ready) continue;
        open = recv->result() > 0;
      } else {
        const std::size_t count = co_await *recv;
        open = count > 0;
      }
      for (const Message& message : got) keep(message);
    } else if (way == 1) {
      auto recv = boxed([&] { return rx->recv(); });
      const bool ready = co_await poll_once(*recv);
      if (!ready) continue;
      std::optional<Message> got = recv->result();
      open = got.has_value();
      if (got) keep(*got);
    } else {
      std::optional<Message> got = co_await rx->recv();
      open = got.has_value();
      if (got) keep(*got);
    }
  }
}

template <class Channel>
void expect_every_message_once(World& world, Channel channel) {
  int alive = 0;
  std::deque<Book> books(4);
  {
    auto rx = std::move(channel.second);
    {
      auto tx = std::move(channel.first);
      auto receiving = world.runtime().spawn(receives_many(&rx, &books, world.dice().fork()));
      auto weak = tx.downgrade();
      std::vector<decltype(tx)> senders(books.size(), tx);
      { const auto last = std::move(tx); }
      world.mortal_crowd(static_cast<int>(books.size()), [&](int sender, Dice dice) {
        const auto i = static_cast<std::size_t>(sender);
        auto moved = std::move(senders[i]);
        return sends_many(std::move(moved), sender, &books[i], Belonging(alive), dice);
      });
      senders.clear();
      EXPECT_FALSE(weak.upgrade());
      world.run(joins(std::move(receiving)));
    }
    for (const Book& book : books) EXPECT_EQ(book.received, book.sent);
  }
  EXPECT_EQ(alive, 0);
}

TEST(ChannelsStress, MpscBringsEveryMessageOnceInItsSendersOrder) {
  on_each_seed([](World& world) {
    const std::size_t capacity = 1 + world.dice().below(3);
    expect_every_message_once(world, sync::mpsc::channel<Message>(capacity));
  });
}
TEST(ChannelsStress, UnboundedMpscBringsEveryMessageOnceInItsSendersOrder) {
  on_each_seed([](World& world) {
    expect_every_message_once(world, sync::mpsc::unbounded_channel<Message>());
  });
}

Task<void> takes_and_returns_places(sync::mpsc::Sender<int>* tx, Dice dice) {
  for (int i = 0; i < 12; ++i) {
    co_await gives_way(dice);
    const std::size_t count = dice.below(static_cast<unsigned>(tx->max_capacity()) + 1);
    auto reserve = boxed([&] { return tx->reserve_many(count); });
    if (dice.one_in(3)) {
      const bool ready = co_await poll_once(*reserve);
      co_await gives_way(dice);
      if (!ready) continue;
      auto permits = reserve->result();
      EXPECT_EQ(permits->size(), count);
    } else {
      auto permits = co_await *reserve;
      EXPECT_EQ(permits->size(), count);
      const auto one = permits->next();
      co_await gives_way(dice);
    }
  }
}

TEST(ChannelsStress, MpscLosesNoPlaceOfThoseReservedAndGivenUp) {
  on_each_seed([](World& world) {
    const std::size_t capacity = 1 + world.dice().below(3);
    auto [tx, rx] = sync::mpsc::channel<int>(capacity);
    world.mortal_crowd(5,
                       [&tx = tx](int, Dice dice) { return takes_and_returns_places(&tx, dice); });
    EXPECT_EQ(tx.capacity(), capacity);
  });
}

// ---- mpmc

// What one receiver has got, from all senders.
using Got = std::vector<Message>;

Task<void> sends_to_many(sync::mpmc::Sender<Message> tx, int sender, std::vector<int>* sent,
                         Belonging b, Dice dice) {
  for (int number = 0; number < 15; ++number) {
    co_await gives_way(dice);
    auto send = boxed([&] { return tx.send(Message{b, sender, number}); });
    if (dice.one_in(4)) {
      const bool ready = co_await poll_once(*send);
      if (!ready) {
        co_await gives_way(dice);
        continue;  // gives it up
      }
      if (send->result()) co_return;
    } else {
      const auto back = co_await *send;
      if (back) co_return;
    }
    sent->push_back(number);
  }
}

Task<void> takes_from_many(sync::mpmc::Receiver<Message> rx, Got* got, Dice dice) {
  for (bool open = true; open;) {
    co_await gives_way(dice);
    if (dice.one_in(4)) {
      auto tried = rx.try_recv();
      open = tried.has_value() || tried.error() != NoValue::kClosed;
      if (tried) got->push_back(*std::move(tried));
      continue;
    }
    auto recv = boxed([&] { return rx.recv(); });
    if (dice.one_in(3)) {
      const bool ready = co_await poll_once(*recv);
      if (!ready) {
        co_await gives_way(dice);
        continue;  // gives it up, chosen or not
      }
      auto value = recv->result();
      open = value.has_value();
      if (value) got->push_back(*std::move(value));
    } else {
      auto value = co_await *recv;
      open = value.has_value();
      if (value) got->push_back(*std::move(value));
    }
  }
}

// Receivers that are aborted hold no value: they take it and note it in one poll.
TEST(ChannelsStress, MpmcBringsEveryMessageOnceToOneOfTheReceivers) {
  on_each_seed([](World& world) {
    int alive = 0;
    constexpr int kSenders = 3, kReceivers = 4;
    std::deque<std::vector<int>> sent(kSenders);
    std::deque<Got> got(kReceivers);
    {
      auto channel = sync::mpmc::channel<Message>(1 + world.dice().below(3));
      auto rx = std::move(channel.second);
      auto tx = std::move(channel.first);
      // One receiver never is aborted, so that all is received.
      auto immortal =
          world.runtime().spawn(takes_from_many(rx, &got[kReceivers - 1], world.dice().fork()));
      std::vector<JoinHandle<void>> senders;
      for (int i = 0; i < kSenders; ++i) {
        senders.push_back(world.runtime().spawn(sends_to_many(
            tx, i, &sent[static_cast<std::size_t>(i)], Belonging(alive), world.dice().fork())));
      }
      if (world.dice().one_in(4)) {
        tx.close();
      } else {
        const auto last = std::move(tx);
      }
      world.mortal_crowd(kReceivers - 1, [&](int number, Dice dice) {
        return takes_from_many(rx, &got[static_cast<std::size_t>(number)], dice);
      });
      for (auto& sender : senders) world.run(joins(std::move(sender)));
      world.run(joins(std::move(immortal)));
    }
    for (int sender = 0; sender < kSenders; ++sender) {
      std::vector<int> received;
      for (const Got& one : got) {
        int last = -1;
        for (const Message& message : one) {
          if (message.sender != sender) continue;
          EXPECT_GT(message.number, last) << "the messages have changed places";
          last = message.number;
          received.push_back(message.number);
        }
      }
      std::sort(received.begin(), received.end());
      EXPECT_EQ(received, sent[static_cast<std::size_t>(sender)]);
    }
    got.clear();
    EXPECT_EQ(alive, 0);
  });
}

// ---- broadcast

Task<void> broadcasts(sync::broadcast::Sender<int> tx, int count, Dice dice) {
  for (int number = 0; number < count; ++number) {
    co_await gives_way(dice);
    tx.send(number);
  }
}

// One sender, so that the numbers rise by one, but for those that one is told to have missed.
void continue_with(sync::Received<int> got, std::uint64_t& next, bool& open) {
  if (got) {
    EXPECT_EQ(static_cast<std::uint64_t>(*got), next);
    ++next;
  } else if (got.error() == NoValue::kLagged) {
    next += got.missed();
  } else {
    open = false;
  }
}

Task<void> hears_all(sync::broadcast::Receiver<int> rx, int count, Dice dice) {
  std::uint64_t next = 0;
  for (bool open = true; open;) {
    if (dice.one_in(2)) co_await gives_way(dice);
    if (dice.one_in(4)) {
      auto given_up = boxed([&] { return rx.recv(); });
      const bool ready = co_await poll_once(*given_up);
      if (ready) continue_with(given_up->result(), next, open);
      continue;
    }
    auto got = co_await rx.recv();
    continue_with(std::move(got), next, open);
  }
  EXPECT_EQ(next, static_cast<std::uint64_t>(count));
}

TEST(ChannelsStress, BroadcastTellsEveryReceiverOfEveryValueOrHowManyItMissed) {
  on_each_seed([](World& world) {
    constexpr int kValues = 30;
    auto [tx, rx] = sync::broadcast::channel<int>(1 + world.dice().below(4));
    std::vector<sync::broadcast::Receiver<int>> receivers;
    for (int i = 0; i < 3; ++i) receivers.push_back(tx.subscribe());
    { const auto unused = std::move(rx); }
    auto watcher = tx;
    auto sending = world.runtime().spawn(broadcasts(std::move(tx), kValues, world.dice().fork()));
    { const auto last = std::move(watcher); }
    world.crowd(3, [&](int number, Dice dice) {
      return hears_all(std::move(receivers[static_cast<std::size_t>(number)]), kValues, dice);
    });
  });
}

// ---- watch

Task<void> changes(sync::watch::Sender<int> tx, int count, Dice dice) {
  for (int value = 1; value <= count; ++value) {
    co_await gives_way(dice);
    tx.send_replace(value);
  }
}

Task<void> sees_the_last(sync::watch::Receiver<int> rx, int last, Dice dice) {
  int seen = 0;
  for (bool open = true; open;) {
    if (dice.one_in(3)) co_await gives_way(dice);
    auto changed = boxed([&] { return rx.changed(); });
    if (dice.one_in(4)) static_cast<void>(co_await poll_once(*changed));
    if (dice.one_in(4)) {
      const int value = *rx.borrow_and_update();
      EXPECT_GE(value, seen);
      seen = value;
      continue;
    }
    open = co_await rx.changed();
    const int value = *rx.borrow();
    EXPECT_GE(value, seen) << "went back in time";
    seen = value;
  }
  EXPECT_EQ(seen, last);
}

Task<void> waits_for_some(sync::watch::Receiver<int> rx, int last, Dice dice) {
  const int wanted = 1 + static_cast<int>(dice.below(static_cast<unsigned>(2 * last)));
  const auto is_reached = [wanted](int value) { return value >= wanted; };
  co_await gives_way(dice);
  auto got = co_await rx.wait_for(is_reached);
  EXPECT_EQ(got.has_value(), wanted <= last);
  EXPECT_GE(got.value_or(wanted), wanted);
}

TEST(ChannelsStress, WatchShowsEveryReceiverTheLastValue) {
  on_each_seed([](World& world) {
    constexpr int kChanges = 20;
    auto [tx, rx] = sync::watch::channel(0);
    auto sending = world.runtime().spawn(changes(std::move(tx), kChanges, world.dice().fork()));
    world.crowd(5, [&rx = rx](int number, Dice dice) {
      return number % 2 == 0 ? sees_the_last(rx, kChanges, dice)
                             : waits_for_some(rx, kChanges, dice);
    });
  });
}

// ---- Notify

// A queue as one builds it from Notify: a consumer looks, and waits only if there is nothing.
struct Queue {
  std::mutex mutex;
  std::deque<int> values;
  bool ended = false;
  std::multimap<int, int> taken;  // value to consumer
  sync::Notify news;

  bool is_empty() {
    const std::lock_guard lock(mutex);
    return values.empty();
  }
  enum class Took { kOne, kNothing, kEnd };
  Took take(int consumer) {
    const std::lock_guard lock(mutex);
    if (values.empty()) return ended ? Took::kEnd : Took::kNothing;
    taken.emplace(values.front(), consumer);
    values.pop_front();
    return Took::kOne;
  }
};

// Who was told takes all that is there before it gives way, and so may be aborted: a notification
// may be for several values, and it was the only one who got it.
Task<void> consumes(Queue* queue, int consumer, Dice dice) {
  bool told = false;
  for (bool ended = false; !ended;) {
    if (!told && dice.one_in(3)) co_await gives_way(dice);
    auto news = boxed([&] { return queue->news.notified(); });
    if (!told && dice.one_in(3)) told = news->enable();
    const Queue::Took took = queue->take(consumer);
    ended = took == Queue::Took::kEnd;
    if (took != Queue::Took::kNothing) continue;
    if (dice.one_in(4)) {
      told = co_await poll_once(*news);
      if (!told) co_await gives_way(dice);
      // Dropped, chosen or not: who was chosen passes it on.
    } else {
      co_await *news;
      told = true;
    }
  }
}

Task<void> produces(Queue* queue, int count, Dice dice) {
  for (int value = 0; value < count; ++value) {
    co_await gives_way(dice);
    {
      const std::lock_guard lock(queue->mutex);
      queue->values.push_back(value);
    }
    queue->news.notify_one();
    // Until it is taken, at times: no later notification then helps one that was lost.
    const bool waits = value + 1 == count || dice.one_in(3);
    while (waits && !queue->is_empty()) co_await gives_way(dice);
  }
  {
    const std::lock_guard lock(queue->mutex);
    queue->ended = true;
  }
  queue->news.notify_waiters();
}

TEST(ChannelsStress, NotifyWakesSomebodyForEveryValueAndAllAtTheEnd) {
  on_each_seed([](World& world) {
    constexpr int kValues = 25;
    Queue queue;
    // Consumers may be aborted with a notification in hand; one never is.
    auto immortal = world.runtime().spawn(consumes(&queue, 99, world.dice().fork()));
    auto producer = world.runtime().spawn(produces(&queue, kValues, world.dice().fork()));
    world.mortal_crowd(4, [&](int number, Dice dice) { return consumes(&queue, number, dice); });
    world.run(joins(std::move(producer)));
    world.run(joins(std::move(immortal)));
    ASSERT_EQ(queue.taken.size(), static_cast<std::size_t>(kValues));
    for (int value = 0; value < kValues; ++value) EXPECT_EQ(queue.taken.count(value), 1u);
  });
}

}  // namespace
}  // namespace ari::stress
