// A venue's matching books, one a symbol, in one memory (engine/book/matching/book_memory.h).
//
// A symbol gets a book with its first order, out of a fixed number: kMaxBooks, or one for every locate there can be. The prices that the
// book takes, 8,192 ticks, lie around that first price: ticks of a cent, below one of 0.0001. An empty book moves to where the next
// order is; a book without client orders moves, and forgets what rests, when more orders have come outside its prices, one behind the
// other, than rest inside (the first price was a stub quote).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/book/matching/matching_book.h"

namespace hopscope::venue {

inline constexpr std::uint32_t kMaxBooks = 10'240;
inline constexpr std::uint32_t kPriceLevels = 8'192;

template <class Sink>
class SymbolBooks {
 public:
  using Book = matching::MatchingBook<Sink>;

  SymbolBooks(std::uint16_t max_locate, std::uint32_t max_orders, Sink& sink)
      : memory_(room(max_locate, max_orders)), max_locate_(max_locate), symbols_(std::size_t{max_locate} + 1) {
    books_.reserve(memory_.room().books);
    for (std::uint32_t number = 0; number < memory_.room().books; ++number)
      books_.emplace_back(matching::Rules{kCent, kCent, kPriceLevels, 1, max_orders}, sink, memory_, number);
    outside_.resize(books_.size());
  }
  SymbolBooks(const SymbolBooks&) = delete;
  SymbolBooks& operator=(const SymbolBooks&) = delete;

  std::uint16_t max_locate() const { return max_locate_; }
  matching::BookMemory& memory() { return memory_; }
  const matching::BookMemory& memory() const { return memory_; }
  Book& operator[](std::uint32_t number) { return books_[number]; }
  Book& of_order(std::uint32_t index) { return books_[memory_.book_of(index)]; }
  std::uint32_t opened() const { return opened_; }

  // Null: the symbol has none (yet).
  Book* find(std::uint16_t locate) {
    const std::uint32_t number = locate > max_locate_ ? 0 : symbols_[locate].book;
    return number == 0 ? nullptr : &books_[number - 1];
  }
  const Book* find(std::uint16_t locate) const { return const_cast<SymbolBooks*>(this)->find(locate); }
  std::uint32_t number_of(const Book& book) const { return static_cast<std::uint32_t>(&book - books_.data()); }

  // The symbol's book; null: all are given away. The locate must not be above max_locate().
  Book* open(std::uint16_t locate, book::Price first_price) {
    Symbol& symbol = symbols_[locate];
    if (symbol.book == 0) [[unlikely]] {
      if (opened_ == books_.size()) return nullptr;
      symbol.book = ++opened_;
      Book& book = books_[symbol.book - 1];
      move(book, first_price);
      enter_phase(book, symbol.phase);
    }
    return &books_[symbol.book - 1];
  }

  // An order came inside the prices of its book.
  void stay(const Book& book) { outside_[number_of(book)] = 0; }

  // An order came outside the prices of its book. Returns whether the book has moved there.
  bool follow(std::uint16_t locate, book::Price price, bool has_clients) {
    Book& book = *find(locate);
    std::uint32_t& outside = outside_[number_of(book)];
    ++outside;
    if (has_clients || outside <= book.orders()) return false;
    outside = 0;
    book.close();
    move(book, price);
    enter_phase(book, symbols_[locate].phase);
    return true;
  }

  // What of a symbol later events depend on, beside its book.
  struct Place {
    std::uint32_t book = 0;     // number + 1; 0: none
    std::uint32_t outside = 0;  // orders outside its prices since one came inside
    matching::Phase phase = matching::Phase::Continuous;
  };
  Place place(std::uint16_t locate) const {
    const Symbol& symbol = symbols_[locate];
    return {symbol.book, symbol.book == 0 ? 0 : outside_[symbol.book - 1], symbol.phase};
  }
  // Into new books: how many are given away, then who has which. False: it cannot be.
  bool restore_opened(std::uint32_t opened) {
    if (opened > books_.size()) return false;
    opened_ = opened;
    return true;
  }
  bool restore(std::uint16_t locate, const Place& place) {
    if (locate > max_locate_ || place.book > opened_ || place.phase > matching::Phase::Halted) return false;
    symbols_[locate] = {place.book, place.phase};
    if (place.book != 0) outside_[place.book - 1] = place.outside;
    return true;
  }

  void set_phase(std::uint16_t locate, matching::Phase phase) {
    if (locate > max_locate_) return;
    symbols_[locate].phase = phase;
    if (Book* book = find(locate)) enter_phase(*book, phase);
  }
  void close_all() {
    for (Symbol& symbol : symbols_) symbol.phase = matching::Phase::Closed;
    for (std::uint32_t number = 0; number < opened_; ++number) books_[number].close();
  }

 private:
  struct Symbol {
    std::uint32_t book = 0;  // number + 1; 0: none
    matching::Phase phase = matching::Phase::Continuous;
  };
  static constexpr book::Price kCent = 100, kDollar = 10'000;

  // Blocks of 64 levels: a simulated symbol has at most 18 (feed::SyntheticBook's 512 ticks, either side), most symbols of a day fewer.
  static matching::BookRoom room(std::uint16_t max_locate, std::uint32_t max_orders) {
    const std::uint32_t books = std::clamp<std::uint32_t>(max_locate, 1, kMaxBooks);
    return {books, kPriceLevels, std::min(books * 18, 4 * kMaxBooks) + max_orders / 64 + 64, max_orders};
  }

  static void move(Book& book, book::Price around) {
    const book::Price tick = around < kDollar ? 1 : kCent;
    const book::Price half = kPriceLevels / 2 * tick;
    const book::Price highest = (book::kMaxPrice - kPriceLevels * tick) / tick * tick;
    book.move_collar(tick, around > half + tick ? std::min((around - half) / tick * tick, highest) : tick);
  }

  static void enter_phase(Book& book, matching::Phase phase) {
    if (book.phase() == phase) return;
    switch (phase) {
      case matching::Phase::Continuous:
        return book.open_trading();
      case matching::Phase::Auction:
        book.start_auction(book.last_price());
        return;
      case matching::Phase::Halted:
        if (book.phase() == matching::Phase::Closed) book.resume();
        book.halt();
        return;
      case matching::Phase::Closed:
        return book.close();
    }
  }

  matching::BookMemory memory_;
  std::uint16_t max_locate_;
  std::vector<Symbol> symbols_;  // by locate
  std::vector<Book> books_;
  std::vector<std::uint32_t> outside_;  // orders outside a book's prices since one came inside, by number
  std::uint32_t opened_ = 0;
};

}  // namespace hopscope::venue
