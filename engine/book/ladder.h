// The price levels of one side in priority order: a chain of pages that starts in the symbol itself.
//
// Nearly all traffic is within a few levels of the touch, so the first page, which needs no pointer to reach, answers most searches. Two
// neighbouring pages always hold more than half a page together (see remove): a side with n levels chains at most n / 8 further pages,
// so the pool below cannot run dry before the orders do.
#pragma once

#include <cstdint>

#include "engine/book/level_page.h"
#include "engine/book/prefaulted_array.h"

namespace hopscope::book {

class LadderPages {
 public:
  explicit LadderPages(std::uint32_t max_levels) : pages_(max_levels / 8 + 2) {}

  struct Place {
    LevelPage* page;
    LevelPage* previous;  // null: page is the first
    unsigned at;
  };

  // Where `key` is, or belongs.
  Place seek(LevelPage& first, LevelKey key) {
    Place place{&first, nullptr, first.rank(key)};
    while (place.at == place.page->count && place.page->next != 0) {
      place.previous = place.page;
      place.page = &pages_[place.page->next];
      place.at = place.page->rank(key);
    }
    return place;
  }

  void insert(Place place, LevelKey key, std::uint32_t level) {
    if (place.page->count == LevelPage::kLevels) {
      const std::uint32_t fresh = take();
      place.page->split_into(pages_[fresh]);
      place.page->next = fresh;
      if (place.at > place.page->count) {
        place.at -= place.page->count;
        place.page = &pages_[fresh];
      }
    }
    place.page->insert(place.at, key, level);
  }

  void remove(Place place) {
    constexpr unsigned kHalf = LevelPage::kLevels / 2;
    LevelPage& page = *place.page;
    page.remove(place.at);
    if (page.next != 0 && (page.count == 0 || page.count + pages_[page.next].count <= kHalf)) {
      absorb_next(page);
    } else if (place.previous != nullptr && (page.count == 0 || place.previous->count + page.count <= kHalf)) {
      absorb_next(*place.previous);
    }
  }

  // Calls visit(key, level) best first until it returns false.
  template <class Visit>
  void each(const LevelPage& first, Visit&& visit) const {
    for (const LevelPage* page = &first;; page = &pages_[page->next]) {
      for (unsigned i = 0; i < page->count; ++i)
        if (!visit(page->key[i], page->level[i])) return;
      if (page->next == 0) return;
    }
  }

 private:
  std::uint32_t take() {
    std::uint32_t page = free_;
    if (page != 0) {
      free_ = pages_[page].next;
    } else {
      page = ++used_;
    }
    pages_[page].clear();
    return page;
  }

  void absorb_next(LevelPage& page) {
    const std::uint32_t gone = page.next;
    page.append(pages_[gone]);
    pages_[gone].next = free_;
    free_ = gone;
  }

  PrefaultedArray<LevelPage> pages_;  // 0 is nobody
  std::uint32_t free_ = 0;
  std::uint32_t used_ = 0;
};

}  // namespace hopscope::book
