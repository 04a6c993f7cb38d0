// A zero-filled array of fixed size whose pages are all there before the first order arrives, on huge pages where the kernel has some.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace hopscope::book {

template <class T>
class PrefaultedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  // Throws std::bad_alloc when the machine has not got that much memory. Not for the hot path.
  explicit PrefaultedArray(std::size_t count) : bytes_(count * sizeof(T)) {
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    madvise(memory, bytes_, MADV_HUGEPAGE);  // a wish: without it there are only more TLB misses
    constexpr std::size_t kPageBytes = 4096;
    for (std::size_t at = 0; at < bytes_; at += kPageBytes) static_cast<volatile char*>(memory)[at] = 0;
    items_ = static_cast<T*>(memory);
  }

  PrefaultedArray(PrefaultedArray&& other) noexcept
      : items_(std::exchange(other.items_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  PrefaultedArray& operator=(PrefaultedArray&&) = delete;
  PrefaultedArray(const PrefaultedArray&) = delete;
  PrefaultedArray& operator=(const PrefaultedArray&) = delete;
  ~PrefaultedArray() {
    if (items_ != nullptr) munmap(items_, bytes_);
  }

  T& operator[](std::size_t index) { return items_[index]; }
  const T& operator[](std::size_t index) const { return items_[index]; }
  T* data() { return items_; }
  const T* data() const { return items_; }
  std::size_t size() const { return bytes_ / sizeof(T); }

 private:
  T* items_ = nullptr;
  std::size_t bytes_;
};

}  // namespace hopscope::book
