/* SPDX-License-Identifier: MIT */
/*
 * Every record that crosses a boundary: engine -> BPF -> addon -> store, and engine -> addon through the telemetry page.
 *
 * One definition for four readers: the engine (C++20), the BPF programs (C), the addon (C++20) and, through the layout table that the
 * addon exports, TypeScript. Little endian, fixed offsets, no implicit padding; engine/probe/records_check.cpp pins every offset.
 * Times called tsc are raw time-stamp-counter ticks of the machine the engine runs on; a delta saturates at HS_DELTA_MAX.
 */
#ifndef HOPSCOPE_RECORDS_H
#define HOPSCOPE_RECORDS_H

#ifdef __BPF__
#include <linux/types.h>
typedef __u8 hs_u8;
typedef __u16 hs_u16;
typedef __u32 hs_u32;
typedef __u64 hs_u64;
#else
#include <stdint.h>
typedef uint8_t hs_u8;
typedef uint16_t hs_u16;
typedef uint32_t hs_u32;
typedef uint64_t hs_u64;
#endif

/*
 * The path of an order. X(index, symbol, "name", predecessor): a hop's duration is the time since its predecessor.
 * Where a venue's answers wait for the journal (ack_after: write, durable), the capsule has hop 13, or 13 and 14, and the last of them is
 * the predecessor of hop 11.
 */
#define HS_HOPS(X)                           \
  X(0, FEED_DUE, "feed.due", 0)              \
  X(1, FEED_TX, "feed.tx", 0)                \
  X(2, OMS_RX, "oms.rx", 1)                  \
  X(3, OMS_BOOK, "oms.book", 2)              \
  X(4, OMS_DECIDE, "oms.decide", 3)          \
  X(5, ROUTER_PICK, "router.pick", 4)        \
  X(6, RISK_PASS, "risk.pass", 5)            \
  X(7, OMS_TX, "oms.tx", 6)                  \
  X(8, VENUE_RX, "venue.rx", 7)              \
  X(9, VENUE_MATCH, "venue.match", 8)        \
  X(10, JOURNAL_APPEND, "journal.append", 9) \
  X(11, VENUE_TX, "venue.tx", 10)            \
  X(12, OMS_ACK, "oms.ack", 11)              \
  X(13, JOURNAL_WRITE, "journal.write", 10)  \
  X(14, JOURNAL_DURABLE, "journal.durable", 13)

enum hs_hop {
#define HS_X(index, symbol, name, before) HS_HOP_##symbol = (index),
  HS_HOPS(HS_X)
#undef HS_X
      HS_HOP_COUNT = 15
};

#define HS_DELTA_MAX 0xffffffffu

/* Durations between hops that are no neighbours. X(symbol, "name", from, to) */
#define HS_SPANS(X)                                                    \
  X(TICK_TO_ORDER, "tick_to_order", OMS_RX, OMS_TX)                    \
  X(ORDER_TO_ACK, "order_to_ack", OMS_TX, OMS_ACK)                     \
  X(TICK_TO_ACK, "tick_to_ack", FEED_TX, OMS_ACK)                      \
  X(TICK_TO_ACK_RESPONSE, "tick_to_ack_response", FEED_DUE, OMS_ACK)   \
  X(JOURNAL_COMMIT, "journal_commit", JOURNAL_APPEND, JOURNAL_DURABLE) \
  X(JOURNAL_WRITE, "journal_write", JOURNAL_WRITE, JOURNAL_DURABLE)

/* Everything that has a latency: the hops by their index (that of feed.due stays empty), then the spans. */
enum hs_series {
  HS_SERIES_FIRST_SPAN = HS_HOP_COUNT,
  HS_SERIES_BEFORE_SPANS = HS_HOP_COUNT - 1,
#define HS_X(symbol, name, from, to) HS_SERIES_##symbol,
  HS_SPANS(HS_X)
#undef HS_X
      HS_SERIES_COUNT
};

enum hs_kind {
  HS_KIND_CAPSULE = 1, /* struct hs_capsule */
  HS_KIND_JOURNAL = 2, /* struct hs_journal_trace */
  HS_KIND_HOP = 3,     /* struct hs_hop_hit */
  HS_KIND_STALL = 4    /* struct hs_stall */
};

/* How a child order's capsule came to its end. */
enum hs_outcome {
  HS_OUTCOME_OPEN = 0,
  HS_OUTCOME_ACCEPTED = 1,    /* first acknowledgement decoded */
  HS_OUTCOME_REJECTED = 2,    /* the venue said no */
  HS_OUTCOME_TIMED_OUT = 3,   /* no answer within oms.ack_timeout of market time */
  HS_OUTCOME_RUN_ENDED = 4,   /* still open when the run ended */
  HS_OUTCOME_RISK_BLOCKED = 5 /* a pre-trade check said no: never sent */
};

/*
 * One child-order message. 128 bytes: two cache lines, one BPF load.
 * The OMS owns it; the venue writes only venue_hops and delta[8..11], [13] and [14] between oms.tx and the acknowledgement. 13 and 14 stand
 * there only where the acknowledgement waited for them.
 */
struct hs_capsule {
  hs_u16 kind;                /* HS_KIND_CAPSULE */
  hs_u16 thread;              /* index of the engine thread that emitted it */
  hs_u16 hops;                /* bit h set: delta[h] is valid */
  hs_u16 venue_hops;          /* the venue's share of the bitmap; merged into hops, and zero, once emitted */
  hs_u64 trace_id;            /* OUCH session index << 32 | UserRefNum */
  hs_u64 base_tsc;            /* feed.due */
  hs_u64 feed_sequence;       /* MoldUDP64 sequence of the message that brought market time to the decision */
  hs_u64 market_ns;           /* that message's timestamp, ns since midnight */
  hs_u32 delta[HS_HOP_COUNT]; /* ticks since base_tsc, saturating */
  hs_u32 price;               /* 4 decimals; 0 for a market order */
  hs_u32 quantity;            /* shares */
  hs_u32 filled;              /* shares executed when the capsule was emitted */
  hs_u16 locate;              /* ITCH stock locate */
  hs_u8 venue;                /* index */
  hs_u8 side;                 /* 'B' or 'S' */
  hs_u8 outcome;              /* enum hs_outcome */
  hs_u8 order_type;           /* 'L' limit, 'M' market, 'I' immediate or cancel */
  hs_u8 measuring;            /* 0: decided during warm-up */
  hs_u8 injected_hop;         /* hop at which the plan's `inject` delayed this order; 0: none (nothing is injected at feed.due) */
  hs_u32 parent;              /* parent order, 0 for a reactive strategy */
  hs_u32 injected_ticks;      /* how long that delay was, measured around it */
};

/* The side branch of one order at one venue: its way to the device. Joined to the capsule by trace_id. */
struct hs_journal_trace {
  hs_u16 kind; /* HS_KIND_JOURNAL */
  hs_u16 thread;
  hs_u8 venue;
  hs_u8 measuring;
  hs_u16 reserved0;
  hs_u64 trace_id;
  hs_u64 append_tsc;    /* journal.append */
  hs_u32 write_delta;   /* journal.write, ticks since append_tsc, saturating */
  hs_u32 durable_delta; /* journal.durable, ticks since append_tsc, saturating */
  hs_u64 block;         /* sequence number of the block that holds it */
  hs_u32 block_records;
  hs_u32 block_bytes;
  hs_u64 reserved1;
  hs_u64 reserved2;
};

/* Lane `hops`: one probe hit. The site passes id, tsc and aux in its first three argument registers. */
struct hs_hop_hit {
  hs_u16 kind; /* HS_KIND_HOP */
  hs_u8 hop;   /* enum hs_hop */
  hs_u8 reserved0;
  hs_u32 tid;
  hs_u64 id;       /* hops 0-3: feed sequence; 4-12: trace id; 13, 14: venue << 48 | block */
  hs_u64 tsc;      /* the engine's own stamp */
  hs_u64 ktime_ns; /* bpf_ktime_get_ns(), taken ~0.4 us after the site */
  hs_u64 aux;      /* see docs/probes.md: bit 63 = measuring, the rest by hop */
};

#define HS_AUX_MEASURING (1ull << 63)

/* aux of venue.tx, where the answer waited for the journal: ticks since journal.write (bits 0-30) and journal.durable (31-61), plus one. */
#define HS_AUX_WAITED_MASK 0x7fffffffull
#define HS_AUX_DURABLE_SHIFT 31

/* What became of the measured records of one kind: drained = kept + filtered + lost. */
struct hs_drain_counts {
  hs_u64 drained;  /* taken from the ring */
  hs_u64 kept;     /* passed on */
  hs_u64 tail;     /* part of kept: outside the sample, kept because a duration was over its threshold */
  hs_u64 filtered; /* not kept, by sample */
  hs_u64 lost;     /* no room in the output ring */
};

/* Lanes stream and capsule, by series: a record with a duration above its threshold is kept whatever the sample says. */
struct hs_thresholds {
  hs_u32 ticks[HS_SERIES_COUNT]; /* HS_DELTA_MAX: none */
};

/* Context of bpf/stream.bpf.c's program, in and out of one BPF_PROG_TEST_RUN; counts are of this run. */
struct hs_drain {
  hs_u64 sample;  /* in: keep records whose trace id is divisible by this; at least 1 */
  hs_u64 budget;  /* in: stop after this many records, so that the output ring cannot overflow */
  hs_u64 taken;   /* out: records taken from the ring, of every kind */
  hs_u64 warmup;  /* out: dropped, decided during warm-up */
  hs_u64 unknown; /* out: of no known kind */
  struct hs_drain_counts capsules;
  struct hs_drain_counts journal;
};

/*
 * What took an engine thread's time away. X(value, symbol, "name", "what it says of `who` and `detail`").
 * `who` and `detail` of struct hs_stall depend on it.
 */
#define HS_STALL_CAUSES(X)                                                                                                            \
  X(1, PREEMPTED, "preempted")          /* off its CPU though it could run; who: the command that ran instead, one event each */      \
  X(2, BLOCKED, "blocked")              /* off its CPU, waiting for something; detail: task state */                                  \
  X(3, STOPPED, "stopped")              /* stopped by a signal; who: the command that sent it, detail: the signal */                  \
  X(4, WAKEUP, "wakeup")                /* woken, but not yet on a CPU; who: the command that ran meanwhile */                        \
  X(5, MIGRATED, "migrated")            /* instant; detail: from CPU << 32 | to CPU */                                                \
  X(6, HARD_IRQ, "hard_irq")            /* detail: the interrupt's number, who: its handler's name */                                 \
  X(7, SOFTIRQ, "softirq")              /* detail: the vector, who: its name */                                                       \
  X(8, TIMER_TICK, "timer_tick")        /* the local APIC timer's interrupt */                                                        \
  X(9, IPI, "ipi")                      /* who: call_function, reschedule, irq_work */                                                \
  X(10, TLB_SHOOTDOWN, "tlb_shootdown") /* an IPI in which this CPU flushed its TLB for another; detail: pages */                     \
  X(11, PAGE_FAULT, "page_fault")       /* detail: the address. Instant, its end is not traced; a major one again, until it ran on */ \
  X(12, SYSCALL, "syscall")             /* by the engine thread itself; detail: its number */                                         \
  X(13, FREQUENCY, "frequency")         /* instant; detail: kHz */                                                                    \
  X(14, HYPERVISOR, "hypervisor")       /* an idle gap that no event above explains: the hypervisor, or hardware. Never from BPF */

enum hs_stall_cause {
#define HS_X(value, symbol, name) HS_STALL_##symbol = (value),
  HS_STALL_CAUSES(HS_X)
#undef HS_X
      HS_STALL_CAUSE_COUNT = 15
};

#define HS_THREADS_MAX 16 /* engine threads that can be watched */

#define HS_STALL_FLAG_MAJOR 1 /* page fault: it waited for a device */
#define HS_STALL_FLAG_WRITE 2 /* page fault: on a write */

/* One stall of one engine thread. 56 bytes. */
struct hs_stall {
  hs_u16 kind; /* HS_KIND_STALL */
  hs_u8 cause; /* enum hs_stall_cause */
  hs_u8 flags;
  hs_u16 thread; /* index of the engine thread */
  hs_u16 cpu;
  hs_u64 start_ns; /* bpf_ktime_get_ns() */
  hs_u64 end_ns;   /* start_ns for what is an instant */
  hs_u64 detail;
  hs_u32 pid; /* of `who`, where it is a task */
  hs_u32 reserved0;
  char who[16];
};

/* Whose time it is: written by the addon before it attaches the programs of bpf/stalls.bpf.c. */
struct hs_stall_engine {
  hs_u32 tgid;                 /* the process */
  hs_u32 tids[HS_THREADS_MAX]; /* its threads by index; 0: none */
};

/* Per cause, all events counted whatever their length (bpf/stalls.bpf.c, map `totals`). */
struct hs_stall_total {
  hs_u64 count;
  hs_u64 total_ns;
  hs_u64 short_count; /* below the floor of their cause: counted here only */
};

/* ---------------------------------------------------------------------------------------------------------------------------------
 * Telemetry page: one file in /dev/shm per run, written by the engine about once a millisecond, read by the addon.
 * Each word has one writer. Readers may see counters of neighbouring instants; final values are exact (state DONE).
 */
#define HS_PAGE_MAGIC 0x45504f4353504f48ull /* "HOPSCOPE" */
#define HS_PAGE_VERSION 7
#define HS_GAPS 4096
#define HS_RUN_ID_BYTES 80 /* of a run's id, its terminating zero included */

enum hs_state {
  HS_STATE_STARTING = 0,
  HS_STATE_READY = 1, /* ports open, clock calibrated, floor measured: waits for HS_COMMAND_START */
  HS_STATE_WARMUP = 2,
  HS_STATE_MEASURE = 3,
  HS_STATE_DRAIN = 4, /* schedule over; waits for what is in flight */
  HS_STATE_DONE = 5,  /* all counters final, result file written */
  HS_STATE_FAILED = 6 /* error[] says why */
};

enum hs_command { HS_COMMAND_NONE = 0, HS_COMMAND_START = 1, HS_COMMAND_STOP = 2 };

/* Counters of the measured phase (warm-up excluded). X(symbol, "name") */
#define HS_COUNTERS(X)                                                                                            \
  X(FEED_PACKETS, "feed_packets")     /* packets handed to the OMS's feed port */                                 \
  X(FEED_MESSAGES, "feed_messages")   /* ITCH messages in them */                                                 \
  X(FEED_MISSED, "feed_missed")       /* due, but unsent when schedule and drain had ended */                     \
  X(FEED_RESENT, "feed_resent")       /* messages sent again on request */                                        \
  X(FEED_UNSERVED, "feed_unserved")   /* requests whose messages its history no longer had */                     \
  X(OMS_PACKETS, "oms_packets")       /* feed packets received by the OMS */                                      \
  X(OMS_MESSAGES, "oms_messages")     /* ITCH messages applied to its book */                                     \
  X(OMS_GAPS, "oms_gaps")             /* feed messages the OMS never saw, warm-up too */                          \
  X(OMS_RECOVERED, "oms_recovered")   /* feed messages it had missed, and was sent again */                       \
  X(OMS_REQUESTS, "oms_requests")     /* its requests for such messages */                                        \
  X(OMS_RECOVERIES, "oms_recoveries") /* gaps that were closed */                                                 \
  X(OMS_UNRESOLVED, "oms_unresolved") /* messages whose order reference the OMS's book lacks */                   \
  X(ORDERS, "orders")                 /* child orders sent */                                                     \
  X(CANCELS, "cancels")               /* cancels sent */                                                          \
  X(ACKS, "acks")                     /* first acknowledgements decoded */                                        \
  X(FILLS, "fills")                   /* executions decoded by the OMS */                                         \
  X(FILLED_SHARES, "filled_shares")                                                                               \
  X(REJECTS, "rejects")             /* child orders rejected by a venue */                                        \
  X(RISK_REJECTS, "risk_rejects")   /* child orders stopped by a pre-trade check: the sum of */                   \
  X(RISK_KILLED, "risk_killed")     /* those stopped by the kill switch, */                                       \
  X(RISK_QUANTITY, "risk_quantity") /* and those by each check (engine/risk/gate.h) */                            \
  X(RISK_NO_REFERENCE, "risk_no_reference")                                                                       \
  X(RISK_NOTIONAL, "risk_notional")                                                                               \
  X(RISK_COLLAR, "risk_collar")                                                                                   \
  X(RISK_RATE, "risk_rate")                                                                                       \
  X(KILLS, "kills")                             /* times the kill switch was pulled, warm-up too */               \
  X(TIMEOUTS, "timeouts")                       /* child orders without an answer in time */                      \
  X(LATE_ACKS, "late_acks")                     /* answers to orders already closed */                            \
  X(SESSION_GAPS, "session_gaps")               /* order-entry messages lost between OMS and venues */            \
  X(SESSION_RECOVERED, "session_recovered")     /* that were missing and came; warm-up too */                     \
  X(SESSION_REQUESTS, "session_requests")       /* sent for them */                                               \
  X(PORT_DROPS, "port_drops")                   /* packets a port could not send, or lost on receive */           \
  X(PORT_MALFORMED, "port_malformed")           /* frames that are not ours: bad length, checksum, port */        \
  X(IMPAIRED_DROPS, "impaired_drops")           /* packets dropped on purpose at a port (the plan's `impair`), */ \
  X(IMPAIRED_DUPLICATES, "impaired_duplicates") /* doubled, */                                                    \
  X(IMPAIRED_REORDERS, "impaired_reorders")     /* and delivered behind later ones */                             \
  X(VENUE_PACKETS, "venue_packets")             /* feed packets received by the venues, all together */           \
  X(VENUE_MESSAGES, "venue_messages")           /* ITCH messages applied to the venues' books */                  \
  X(VENUE_GAPS, "venue_gaps")                   /* feed messages that venues never saw, warm-up too */            \
  X(VENUE_RECOVERED, "venue_recovered")                                                                           \
  X(VENUE_REQUESTS, "venue_requests")                                                                             \
  X(VENUE_RECOVERIES, "venue_recoveries")                                                                         \
  X(VENUE_ORDERS, "venue_orders")     /* client orders received by the venues */                                  \
  X(JOURNAL_STALLS, "journal_stalls") /* times a venue, or the OMS, had to wait for its journal */                \
  X(JOURNAL_RECORDS, "journal_records")                                                                           \
  X(JOURNAL_BLOCKS, "journal_blocks")                                                                             \
  X(JOURNAL_APPENDED_BYTES, "journal_appended_bytes") /* of the records appended */                               \
  X(JOURNAL_BYTES, "journal_bytes")                   /* of finished blocks, with header and padding */           \
  X(JOURNAL_DURABLE_BYTES, "journal_durable_bytes")   /* of the records in them */                                \
  X(TRACED, "traced")                                 /* capsules the engine meant to hand over */                \
  X(PUSHED, "pushed")                                 /* capsules that went into a user ring buffer */            \
  X(PUSH_FAILED, "push_failed")                       /* capsules for which the ring had no room */               \
  X(JOURNAL_TRACED, "journal_traced")                 /* the same for the records of the journal branch */        \
  X(JOURNAL_PUSHED, "journal_pushed")                                                                             \
  X(JOURNAL_PUSH_FAILED, "journal_push_failed")                                                                   \
  X(SLOT_MISSES, "slot_misses")               /* stamps whose slot already belonged to another key */             \
  X(LOOPS, "loops")                           /* reactor iterations of the OMS's lcore */                         \
  X(BUSY_LOOPS, "busy_loops")                 /* of which some poller did work */                                 \
  X(ORDERS_REFUSED, "orders_refused")         /* child orders not sent: their slot's last one is not over */      \
  X(ANSWERS_DUPLICATE, "answers_duplicate")   /* what a venue said of an order once more, */                      \
  X(ANSWERS_IMPOSSIBLE, "answers_impossible") /* and what it cannot say (engine/oms/child_state.h) */             \
  X(MASS_CANCELS, "mass_cancels")             /* sent because the kill switch was pulled, warm-up too */          \
  X(RISK_RESTRICTED, "risk_restricted")       /* more checks: parts of risk_rejects */                            \
  X(RISK_PAUSED, "risk_paused")                                                                                   \
  X(RISK_STALE_PRICE, "risk_stale_price")                                                                         \
  X(RISK_LAST_TRADE, "risk_last_trade")                                                                           \
  X(RISK_BAND, "risk_band")                                                                                       \
  X(RISK_POSITION, "risk_position")                                                                               \
  X(RISK_GROSS, "risk_gross")                                                                                     \
  X(RISK_NET, "risk_net")                                                                                         \
  X(RISK_CREDIT, "risk_credit")                                                                                   \
  X(RISK_SELF_CROSS, "risk_self_cross")                                                                           \
  X(RISK_DUPLICATE, "risk_duplicate")                                                                             \
  X(CANCELS_HELD, "cancels_held")     /* cancels that had to wait for their rate */                               \
  X(BREAKER_TRIPS, "breaker_trips")   /* times a circuit breaker tripped */                                       \
  X(BREAKER_RESETS, "breaker_resets") /* of which so many hold nothing back any more */                           \
  X(REPLACES, "replaces")             /* child orders sent to take the place of one that rests */

enum hs_counter {
#define HS_X(symbol, name) HS_COUNTER_##symbol,
  HS_COUNTERS(HS_X)
#undef HS_X
      HS_COUNTER_COUNT
};

/*
 * Log-linear histogram of ticks: 2^5 buckets an octave (relative width <= 1/32), values below 32 exact.
 * bucket(v) = v < 32 ? v : ((exponent(v) - 4) << 5) + mantissa's five bits below the leading one.
 */
#define HS_HISTOGRAM_BITS 5
#define HS_HISTOGRAM_BUCKETS 1024 /* reaches 2^36 ticks */

struct hs_histogram {
  hs_u64 count;
  hs_u64 sum;
  hs_u64 max;
  hs_u64 bucket[HS_HISTOGRAM_BUCKETS];
};

struct hs_clock_pair { /* one instant, three clocks */
  hs_u64 tsc;
  hs_u64 monotonic_ns;
  hs_u64 realtime_ns;
};

/* Time that passed between two rounds of a reactor that found nothing to do: the thread was not running. */
struct hs_gap {
  hs_u64 from_tsc;
  hs_u64 ticks;
};

/* Written by one engine thread, read by the addon; the reader sees by `produced` what was overwritten before it came. */
struct hs_gap_ring {
  hs_u64 produced;   /* gaps written since the start; gap[produced % HS_GAPS] is the next to be written */
  hs_u64 idle_ticks; /* watched: the sum of all idle rounds, gaps included */
  struct hs_gap gap[HS_GAPS];
};

/* Who pulls the kill switch. X(symbol, "name") */
#define HS_KILL_CAUSES(X)                                                                            \
  X(COMMAND, "command")           /* hopscope kill */                                                \
  X(ALERT, "alert")               /* an alert rule with kill */                                      \
  X(PAGE, "page")                 /* somebody at the live page */                                    \
  X(SIGNAL, "signal")             /* SIGUSR1 to the engine */                                        \
  X(ORCHESTRATOR, "orchestrator") /* who started the engine has died, or been silent for a second */ \
  X(DRILL, "drill")               /* the experiment itself, which tries the switch */                \
  X(LOSS, "loss")                 /* and the circuit breakers (engine/risk): too much lost, */       \
  X(REJECT_RATE, "reject_rate")   /* too many orders refused, */                                     \
  X(MESSAGE_RATE, "message_rate") /* too many messages sent, */                                      \
  X(VOLATILITY, "volatility")     /* a price outside its band, */                                    \
  X(FEED_GAP, "feed_gap")         /* market data lost for good, */                                   \
  X(STALE_FEED, "stale_feed")     /* or none for too long */

enum hs_kill_cause {
  HS_KILL_NONE = 0,
#define HS_X(symbol, name) HS_KILL_##symbol,
  HS_KILL_CAUSES(HS_X)
#undef HS_X
      HS_KILL_CAUSE_COUNT
};

/* A trip of the kill switch in one word, so that nobody sees half of one: when and by whom. No two trips are equal.
   The counter's upper bits are cut: 2^58 ticks are three years and more. */
#define HS_KILL_CAUSE_BITS 6
#define HS_KILL_TRIP(tsc, cause) ((hs_u64)(tsc) << HS_KILL_CAUSE_BITS | (hs_u64)(cause))

/* The kill switch. Read for each order: nothing else on its cache line changes while orders come. */
struct hs_kill_switch {
  hs_u64 tripped; /* HS_KILL_TRIP, written by anybody; 0: armed, written by the OMS */
  hs_u64 arm;     /* the trip that somebody wants taken back; the OMS takes it back if it is still the last one */
  hs_u64 reserved[6];
} __attribute__((aligned(64)));

/* What the OMS has made of it. The OMS writes. */
struct hs_kill_progress {
  hs_u64 seen;        /* the trip that it has seen; 0: armed */
  hs_u64 confirmed;   /* the trip after which every venue has confirmed that nothing is open any more; 0: none since the last */
  hs_u64 seen_tsc;    /* of the last trip: when it was seen, */
  hs_u64 asked_tsc;   /* when the mass cancels had been handed to the ports, */
  hs_u64 last_tx_tsc; /* when the last order was handed to a port: oms.tx; 0: unknown (lane off), or none yet */
  hs_u64 confirmed_tsc;
  hs_u32 waiting; /* bit v: venue v has not confirmed yet */
  hs_u32 reserved;
};

/* What became of a command. */
enum hs_answer {
  HS_ANSWER_DONE = 1,   /* the text is JSON (engine/control/command_text.h) */
  HS_ANSWER_REFUSED = 2 /* the text is one line: why, and the remedy */
};

#define HS_MAIL_BYTES 65536

/* Commands to the OMS while it runs, one at a time: parent orders and limits. Whoever asks writes the text and then raises `asked`; the
   engine writes its answer and then makes `answered` the same. */
struct hs_mailbox {
  hs_u64 asked;
  hs_u64 answered;
  hs_u32 text_bytes;
  hs_u32 answer_bytes;
  hs_u32 answer; /* enum hs_answer */
  hs_u32 reserved;
  char text[HS_MAIL_BYTES]; /* JSON, not terminated */
  char answer_text[HS_MAIL_BYTES];
};

struct hs_page {
  hs_u64 magic;
  hs_u32 version;
  hs_u32 size;
  hs_u32 pid;
  hs_u32 state;   /* enum hs_state, engine writes */
  hs_u32 command; /* enum hs_command, orchestrator writes */
  hs_u32 threads; /* engine threads that emit records */
  hs_u64 heartbeat_tsc;
  hs_u64 tsc_millihertz;      /* calibrated at start against CLOCK_MONOTONIC */
  hs_u64 tsc_millihertz_end;  /* the same over the whole run, 0 until DONE */
  struct hs_clock_pair start; /* taken at READY */
  struct hs_clock_pair end;   /* taken at DONE */
  hs_u64 measure_start_tsc;   /* first measured packet was due */
  hs_u64 measure_end_tsc;     /* last measured packet was sent */
  hs_u64 resolution_ticks;    /* median step between two different readings */
  hs_u64 stamp_picoseconds;   /* mean cost of one stamp (read and store) */
  hs_u64 push_picoseconds;    /* mean cost of one ring push, 0 where the lane has none */
  hs_u64 site_picoseconds;    /* cost of one probe hit, lanes capsule and hops: median of batches between START and warm-up, and of measured
                                 hits where they do more */
  hs_u64 gap_floor_ticks;     /* shorter gaps are not recorded; 0: nobody looks for gaps */
  hs_u32 tids[HS_THREADS_MAX];         /* kernel ids of the engine threads, by index; set before READY */
  hs_u32 ring_map_ids[HS_THREADS_MAX]; /* lane stream: the user ring buffer of each engine thread; 0: none */
  char run_id[HS_RUN_ID_BYTES];        /* zero terminated */
  hs_u32 lane;                         /* enum class core::Lane: off, stamps, stream, capsule, hops */
  hs_u32 collector_pid;                /* who drains the records; 0: nobody. The collector writes */
  struct hs_kill_switch kill;
  struct hs_kill_progress killed;
  hs_u64 orchestrator_tsc; /* its last sign of life, ten a second; 0: it gives none. A thread of the addon writes */
  hs_u64 counters[HS_COUNTER_COUNT];
  struct hs_histogram tick_to_ack;          /* 1 -> 12, measured phase, every lane */
  struct hs_histogram tick_to_ack_response; /* 0 -> 12 */
  struct hs_histogram floor;                /* extra ticks of a 5 us busy window that does nothing */
  struct hs_histogram recovery;             /* OMS: from when a gap in the feed was noticed to when it was closed; warm-up too */
  char error[512];                          /* one line with its remedy, zero terminated */
  struct hs_gap_ring gaps[HS_THREADS_MAX];
  struct hs_mailbox mailbox;
};

#endif
