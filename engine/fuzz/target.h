// What the fuzz targets share: libFuzzer's entry point, and how a target says that something is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "engine/wire/bytes.h"

// Called by libFuzzer, or by run_corpus.cpp for each file of a corpus. The input stands in memory of exactly its size, so that
// AddressSanitizer sees every read beyond it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace hopscope::fuzz {

inline wire::Bytes bytes_of(const std::uint8_t* data, std::size_t size) { return std::as_bytes(std::span(data, size)); }

// Ends the process where a decoder breaks a promise: a finding, with the input that led to it.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

// Of the promise that a decoder points at nothing outside its input.
inline bool inside(wire::Bytes part, wire::Bytes whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// Reads every byte, for AddressSanitizer to watch.
inline void touch(wire::Bytes bytes) {
  unsigned sum = 0;
  for (const std::byte byte : bytes) sum += static_cast<unsigned>(byte);
  volatile unsigned sink = sum;
  static_cast<void>(sink);
}

}  // namespace hopscope::fuzz
