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

/* The path of an order. X(index, symbol, "name", predecessor): a hop's duration is the time since its predecessor. */
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

enum hs_kind {
  HS_KIND_CAPSULE = 1, /* struct hs_capsule */
  HS_KIND_JOURNAL = 2, /* struct hs_journal_trace */
  HS_KIND_HOP = 3      /* struct hs_hop_hit */
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
 * The OMS owns it; the venue writes only venue_hops and delta[8..11] between oms.tx and the acknowledgement.
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
  hs_u8 reserved0;
  hs_u32 parent; /* parent order, 0 for a reactive strategy */
  hs_u32 reserved1;
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

/* What became of the measured records of one kind: drained = kept + filtered + lost. */
struct hs_drain_counts {
  hs_u64 drained;  /* taken from the ring */
  hs_u64 kept;     /* passed on */
  hs_u64 filtered; /* not kept, by sample */
  hs_u64 lost;     /* no room in the output ring */
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

/* ---------------------------------------------------------------------------------------------------------------------------------
 * Telemetry page: one file in /dev/shm per run, written by the engine about once a millisecond, read by the addon.
 * Each word has one writer. Readers may see counters of neighbouring instants; final values are exact (state DONE).
 */
#define HS_PAGE_MAGIC 0x45504f4353504f48ull /* "HOPSCOPE" */
#define HS_PAGE_VERSION 1

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
#define HS_COUNTERS(X)                                                                           \
  X(FEED_PACKETS, "feed_packets")     /* packets handed to the OMS's feed port */                \
  X(FEED_MESSAGES, "feed_messages")   /* ITCH messages in them */                                \
  X(FEED_MISSED, "feed_missed")       /* due, but unsent when schedule and drain had ended */    \
  X(OMS_PACKETS, "oms_packets")       /* feed packets received by the OMS */                     \
  X(OMS_MESSAGES, "oms_messages")     /* ITCH messages applied to its book */                    \
  X(OMS_GAPS, "oms_gaps")             /* feed messages the OMS never saw */                      \
  X(OMS_UNRESOLVED, "oms_unresolved") /* messages whose order reference the OMS's book lacks */  \
  X(ORDERS, "orders")                 /* child orders sent */                                    \
  X(CANCELS, "cancels")               /* cancels sent */                                         \
  X(ACKS, "acks")                     /* first acknowledgements decoded */                       \
  X(FILLS, "fills")                   /* executions decoded by the OMS */                        \
  X(FILLED_SHARES, "filled_shares")                                                              \
  X(REJECTS, "rejects")               /* child orders rejected by a venue */                     \
  X(RISK_REJECTS, "risk_rejects")     /* child orders stopped by a pre-trade check */            \
  X(TIMEOUTS, "timeouts")             /* child orders without an answer in time */               \
  X(LATE_ACKS, "late_acks")           /* answers to orders already closed */                     \
  X(SESSION_GAPS, "session_gaps")     /* order-entry messages lost between OMS and venues */     \
  X(PORT_DROPS, "port_drops")         /* packets a port could not send, or lost on receive */    \
  X(PORT_MALFORMED, "port_malformed") /* frames that are not ours: bad length, checksum, port */ \
  X(VENUE_PACKETS, "venue_packets")   /* feed packets received by the venues, all together */    \
  X(VENUE_MESSAGES, "venue_messages") /* ITCH messages applied to the venues' books */           \
  X(VENUE_GAPS, "venue_gaps")                                                                    \
  X(VENUE_ORDERS, "venue_orders") /* client orders received by the venues */                     \
  X(JOURNAL_RECORDS, "journal_records")                                                          \
  X(JOURNAL_BLOCKS, "journal_blocks")                                                            \
  X(JOURNAL_BYTES, "journal_bytes")                                                              \
  X(TRACED, "traced")                 /* capsules the engine meant to hand over */               \
  X(PUSHED, "pushed")                 /* capsules that went into a user ring buffer */           \
  X(PUSH_FAILED, "push_failed")       /* capsules for which the ring had no room */              \
  X(JOURNAL_TRACED, "journal_traced") /* the same for the records of the journal branch */       \
  X(JOURNAL_PUSHED, "journal_pushed")                                                            \
  X(JOURNAL_PUSH_FAILED, "journal_push_failed")                                                  \
  X(SLOT_MISSES, "slot_misses") /* stamps whose slot already belonged to another key */          \
  X(LOOPS, "loops")             /* reactor iterations of the OMS's lcore */                      \
  X(BUSY_LOOPS, "busy_loops")   /* of which some poller did work */

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
  hs_u64 counters[HS_COUNTER_COUNT];
  struct hs_histogram tick_to_ack;          /* 1 -> 12, measured phase, every lane */
  struct hs_histogram tick_to_ack_response; /* 0 -> 12 */
  struct hs_histogram floor;                /* extra ticks of a 5 us busy window that does nothing */
  char error[512];                          /* one line with its remedy, zero terminated */
};

#endif
