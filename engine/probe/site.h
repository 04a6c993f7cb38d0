// HOPSCOPE_SITE(hop, id, tsc, aux): a USDT site, provider "hopscope", one per hop of bpf/records.h.
//
// The site is one aligned 5-byte nop. Linux >= 6.18 turns a probed one into a call (0.5 us a hit); other instructions would be
// single-stepped (9 us). That call writes its return address at -8(%rsp): in a leaf function it would land in the red zone and destroy
// locals, so the site steps over the red zone first. Aligned to 8, because a nop that straddles a page is never optimised.
// id, tsc and aux are pinned to the first three argument registers (PT_REGS_PARM1..3); the ELF note names them for bpftrace, perf and bcc.
// Unattached, a site costs the nop and whatever it takes to have three values in registers.
#pragma once

#include <cstdint>

#include "bpf/records.h"

#if !defined(__x86_64__)
#error "hopscope: engine/probe/site.h has no probe site for this processor yet"
#endif

// The note follows systemtap's sdt layout (version 3): descriptor = location, base, semaphore, then provider, name and argument strings.
#define HOPSCOPE_SITE_NAMED(name, id, tsc, aux)                                       \
  do {                                                                                \
    register std::uint64_t hs_site_id __asm__("rdi") = (id);                          \
    register std::uint64_t hs_site_tsc __asm__("rsi") = (tsc);                        \
    register std::uint64_t hs_site_aux __asm__("rdx") = (aux);                        \
    __asm__ volatile(                                                                 \
        "lea -128(%%rsp), %%rsp\n\t"                                                  \
        ".balign 8, 0x90\n"                                                           \
        "990: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n\t"                                 \
        "lea 128(%%rsp), %%rsp\n\t"                                                   \
        ".pushsection .note.stapsdt, \"?\", \"note\"\n\t"                             \
        ".balign 4\n\t"                                                               \
        ".4byte 992f-991f, 994f-993f, 3\n"                                            \
        "991: .asciz \"stapsdt\"\n"                                                   \
        "992: .balign 4\n"                                                            \
        "993: .8byte 990b\n\t"                                                        \
        ".8byte _.stapsdt.base\n\t"                                                   \
        ".8byte 0\n\t"                                                                \
        ".asciz \"hopscope\"\n\t"                                                     \
        ".asciz \"" name                                                              \
        "\"\n\t"                                                                      \
        ".asciz \"8@%%rdi 8@%%rsi 8@%%rdx\"\n"                                        \
        "994: .balign 4\n\t"                                                          \
        ".popsection\n\t"                                                             \
        ".ifndef _.stapsdt.base\n\t"                                                  \
        ".pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n\t" \
        ".weak _.stapsdt.base\n\t"                                                    \
        ".hidden _.stapsdt.base\n"                                                    \
        "_.stapsdt.base: .space 1\n\t"                                                \
        ".size _.stapsdt.base, 1\n\t"                                                 \
        ".popsection\n\t"                                                             \
        ".endif\n\t"                                                                  \
        :                                                                             \
        : "r"(hs_site_id), "r"(hs_site_tsc), "r"(hs_site_aux));                       \
  } while (0)

namespace hopscope::probe {

// One always-inlined function a hop: the note's name must be a string literal, the caller's hop is a constant.
template <hs_hop Hop>
[[gnu::always_inline]] inline void site(std::uint64_t id, std::uint64_t tsc, std::uint64_t aux);

#define HS_X(index, symbol, text, before)                                                                            \
  template <>                                                                                                        \
  [[gnu::always_inline]] inline void site<HS_HOP_##symbol>(std::uint64_t id, std::uint64_t tsc, std::uint64_t aux) { \
    HOPSCOPE_SITE_NAMED(text, id, tsc, aux);                                                                         \
  }
HS_HOPS(HS_X)
#undef HS_X

}  // namespace hopscope::probe
