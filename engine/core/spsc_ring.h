// Single-producer single-consumer ring of trivially copyable values.
//
// One thread pushes, one thread pops; each keeps a cached copy of the other's index, so that the shared cache lines move only when a side
// believes the ring full or empty (Lamport 1983; cached indices as in FastForward and Rigtorp's SPSCQueue).
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace hopscope::core {

inline constexpr std::size_t kCacheLineBytes = 64;

template <class T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // capacity: rounded up to a power of two.
  explicit SpscRing(std::size_t capacity) {
    std::size_t size = 2;
    while (size < capacity) size *= 2;
    mask_ = size - 1;
    slots_ = std::make_unique<T[]>(size);
  }

  // Producer only. False: full.
  bool push(const T& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_cache_ > mask_) {
      head_cache_ = head_.load(std::memory_order_acquire);
      if (tail - head_cache_ > mask_) return false;
    }
    slots_[tail & mask_] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Consumer only. False: empty.
  bool pop(T& value) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_cache_) {
      tail_cache_ = tail_.load(std::memory_order_acquire);
      if (head == tail_cache_) return false;
    }
    value = slots_[head & mask_];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  std::size_t capacity() const { return mask_ + 1; }

 private:
  std::size_t mask_ = 0;
  std::unique_ptr<T[]> slots_;
  alignas(kCacheLineBytes) std::atomic<std::size_t> head_{0};
  std::size_t tail_cache_ = 0;
  alignas(kCacheLineBytes) std::atomic<std::size_t> tail_{0};
  std::size_t head_cache_ = 0;
};

}  // namespace hopscope::core
