#include "native/page_class.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <string_view>

#include "engine/core/plan.h"
#include "engine/risk/kill_switch.h"
#include "native/bucket_counts_object.h"
#include "native/failure.h"
#include "native/page_view.h"
#include "native/tick_quantile.h"

namespace hopscope::native {
namespace {

constexpr std::array kStateNames{"starting", "ready", "warmup", "measure", "drain", "done", "failed"};
static_assert(kStateNames.size() == HS_STATE_FAILED + 1);

// By enum class core::Lane.
constexpr std::array kLaneNames{"off", "stamps", "stream", "capsule", "hops"};
static_assert(kLaneNames.size() == static_cast<std::size_t>(core::Lane::Hops) + 1);

constexpr std::array kCounterNames{
#define HS_X(symbol, name) name,
    HS_COUNTERS(HS_X)
#undef HS_X
};
static_assert(kCounterNames.size() == HS_COUNTER_COUNT);

constexpr std::array kCauseNames{
#define HS_X(symbol, name) std::string_view(name),
    HS_KILL_CAUSES(HS_X)
#undef HS_X
};
static_assert(kCauseNames.size() == HS_KILL_CAUSE_COUNT - 1);

Napi::Object clock_pair(Napi::Env env, const hs_clock_pair& pair) {
  auto object = Napi::Object::New(env);
  object["tsc"] = Napi::BigInt::New(env, pair.tsc);
  object["monotonicNs"] = Napi::BigInt::New(env, pair.monotonic_ns);
  object["realtimeNs"] = Napi::BigInt::New(env, pair.realtime_ns);
  return object;
}

class PageObject : public Napi::ObjectWrap<PageObject> {
 public:
  explicit PageObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<PageObject>(info), view_(std::make_unique<PageView>(info[0].As<Napi::String>().Utf8Value())) {}

  const hs_page& page() const { return view_->page(); }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Page",
                       {
                           InstanceMethod<&PageObject::read>("read"),
                           InstanceMethod<&PageObject::quantiles>("quantiles"),
                           InstanceMethod<&PageObject::buckets>("buckets"),
                           InstanceMethod<&PageObject::command>("command"),
                           InstanceMethod<&PageObject::kill>("kill"),
                           InstanceMethod<&PageObject::arm>("arm"),
                           InstanceMethod<&PageObject::ask>("ask"),
                           InstanceMethod<&PageObject::answer>("answer"),
                           InstanceMethod<&PageObject::beat>("beat"),
                           InstanceMethod<&PageObject::set_collector>("setCollector"),
                           InstanceMethod<&PageObject::close>("close"),
                       });
  }

 private:
  Napi::Value read(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const hs_state state = view_->state();  // first: what it promises is read after it
    const hs_page& page = view_->page();
    const double hz = view_->tsc_hz();
    const double age_ms = view_->heartbeat_age_ms();

    auto counters = Napi::Object::New(env);
    for (std::size_t c = 0; c < kCounterNames.size(); ++c)
      counters.Set(kCounterNames[c], static_cast<double>(__atomic_load_n(&page.counters[c], __ATOMIC_RELAXED)));

    auto view = Napi::Object::New(env);
    view["state"] = Napi::String::New(env, state < kStateNames.size() ? kStateNames[state] : "failed");
    view["pid"] = Napi::Number::New(env, page.pid);
    view["runId"] = Napi::String::New(env, page.run_id, strnlen(page.run_id, sizeof page.run_id));
    view["lane"] = Napi::String::New(env, page.lane < kLaneNames.size() ? kLaneNames[page.lane] : "off");
    view["collectorPid"] = Napi::Number::New(env, __atomic_load_n(&page.collector_pid, __ATOMIC_ACQUIRE));
    view["killed"] = Napi::Boolean::New(env, __atomic_load_n(&page.killed.seen, __ATOMIC_RELAXED) != 0);
    view["trip"] = last_trip(env, page, hz);
    view["threads"] = Napi::Number::New(env, page.threads);
    view["counters"] = counters;
    view["tscMillihertz"] = Napi::BigInt::New(env, page.tsc_millihertz);
    view["tscHz"] = Napi::Number::New(env, hz);
    view["tscHzEnd"] = Napi::Number::New(env, static_cast<double>(page.tsc_millihertz_end) / 1e3);
    view["start"] = clock_pair(env, page.start);
    view["end"] = clock_pair(env, page.end);
    view["measureSeconds"] = Napi::Number::New(env, view_->measure_seconds());
    view["stampNs"] = Napi::Number::New(env, static_cast<double>(page.stamp_picoseconds) / 1e3);
    view["pushNs"] = Napi::Number::New(env, static_cast<double>(page.push_picoseconds) / 1e3);
    view["siteNs"] = Napi::Number::New(env, static_cast<double>(page.site_picoseconds) / 1e3);
    view["gapFloorNs"] = Napi::Number::New(env, hz > 0 ? static_cast<double>(page.gap_floor_ticks) * 1e9 / hz : 0);
    fill_threads(env, view, page, hz);
    view["resolutionNs"] = Napi::Number::New(env, hz > 0 ? static_cast<double>(page.resolution_ticks) * 1e9 / hz : 0);
    view["heartbeatAgeMs"] = Napi::Number::New(env, age_ms < 0 ? std::numeric_limits<double>::infinity() : age_ms);
    view["error"] = Napi::String::New(env, page.error, strnlen(page.error, sizeof page.error));
    return view;
  }

  // Null: armed. What the engine has not come to yet is null in it.
  static Napi::Value last_trip(Napi::Env env, const hs_page& page, double hz) {
    const hs_u64 trip = __atomic_load_n(&page.kill.tripped, __ATOMIC_ACQUIRE);
    if (trip == 0) return env.Null();
    const bool seen = __atomic_load_n(&page.killed.seen, __ATOMIC_ACQUIRE) == trip;
    const bool confirmed = __atomic_load_n(&page.killed.confirmed, __ATOMIC_ACQUIRE) == trip;
    const auto after_ns = [&](bool known, const hs_u64& tsc) -> Napi::Value {
      const hs_u64 at = __atomic_load_n(&tsc, __ATOMIC_RELAXED);
      if (!known || at == 0 || hz <= 0) return env.Null();
      return Napi::Number::New(env, static_cast<double>(static_cast<std::int64_t>(at - risk::tsc_of(trip))) * 1e9 / hz);
    };
    auto view = Napi::Object::New(env);
    view["by"] = Napi::String::New(env, risk::name(risk::cause_of(trip)));
    view["tsc"] = Napi::BigInt::New(env, risk::tsc_of(trip));
    view["seen"] = Napi::Boolean::New(env, seen);
    view["confirmed"] = Napi::Boolean::New(env, confirmed);
    view["askedAfterNs"] = after_ns(seen, page.killed.asked_tsc);
    view["confirmedAfterNs"] = after_ns(confirmed, page.killed.confirmed_tsc);
    view["lastOrderAfterNs"] = after_ns(seen, page.killed.last_tx_tsc);
    auto waiting = Napi::Array::New(env);
    const hs_u32 venues = seen && !confirmed ? __atomic_load_n(&page.killed.waiting, __ATOMIC_RELAXED) : 0;
    for (std::uint32_t venue = 0, n = 0; venue < 32; ++venue)
      if ((venues >> venue & 1) != 0) waiting[n++] = Napi::Number::New(env, venue);
    view["waitingForVenues"] = waiting;
    return view;
  }

  static void fill_threads(Napi::Env env, Napi::Object& view, const hs_page& page, double hz) {
    auto rings = Napi::Array::New(env);
    for (std::uint32_t thread = 0; thread < HS_THREADS_MAX && page.ring_map_ids[thread]; ++thread)
      rings[thread] = Napi::Number::New(env, page.ring_map_ids[thread]);
    view["ringMapIds"] = rings;
    auto tids = Napi::Array::New(env);
    auto idle = Napi::Array::New(env);
    for (std::uint32_t thread = 0; thread < HS_THREADS_MAX && page.tids[thread]; ++thread) {
      tids[thread] = Napi::Number::New(env, page.tids[thread]);
      const auto ticks = static_cast<double>(__atomic_load_n(&page.gaps[thread].idle_ticks, __ATOMIC_RELAXED));
      idle[thread] = Napi::Number::New(env, hz > 0 ? ticks / hz : 0);
    }
    view["tids"] = tids;
    view["idleSeconds"] = idle;
  }

  Napi::Value quantiles(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const hs_histogram& histogram = find(info[0].As<Napi::String>().Utf8Value());
    const double hz = view_->tsc_hz();
    const auto ns = [&](double ticks) { return Napi::Number::New(env, hz > 0 ? ticks * 1e9 / hz : 0); };
    const auto asked = info[1].As<Napi::Array>();
    auto values = Napi::Array::New(env, asked.Length());
    for (std::uint32_t i = 0; i < asked.Length(); ++i)
      values[i] = ns(static_cast<double>(tick_quantile(histogram, asked.Get(i).As<Napi::Number>().DoubleValue())));
    auto result = Napi::Object::New(env);
    result["count"] = Napi::Number::New(env, static_cast<double>(histogram.count));
    result["meanNs"] = ns(histogram.count ? static_cast<double>(histogram.sum) / static_cast<double>(histogram.count) : 0);
    result["maxNs"] = ns(static_cast<double>(histogram.max));
    result["valuesNs"] = values;
    return result;
  }

  Napi::Value buckets(const Napi::CallbackInfo& info) {
    const hs_histogram& histogram = find(info[0].As<Napi::String>().Utf8Value());
    const double hz = view_->tsc_hz();
    BucketCounts counts;
    if (hz > 0) {
      const double ns_per_tick = 1e9 / hz;
      for (std::uint32_t bucket = 0; bucket < HS_HISTOGRAM_BUCKETS; ++bucket) {
        const std::uint64_t count = __atomic_load_n(&histogram.bucket[bucket], __ATOMIC_RELAXED);
        if (count == 0) continue;
        counts.buckets.push_back(counted_bucket(bucket, count, ns_per_tick));
        counts.count += count;
      }
      counts.sum_ns = static_cast<double>(histogram.sum) * ns_per_tick;
    }
    return bucket_counts_object(info.Env(), counts);
  }

  const hs_histogram& find(std::string_view name) const {
    const hs_page& page = view_->page();
    if (name == "tick_to_ack") return page.tick_to_ack;
    if (name == "tick_to_ack_response") return page.tick_to_ack_response;
    if (name == "floor") return page.floor;
    if (name == "recovery") return page.recovery;
    throw Failure("page: no histogram " + std::string(name) + ": ask for tick_to_ack, tick_to_ack_response, floor or recovery");
  }

  void command(const Napi::CallbackInfo& info) {
    const std::string name = info[0].As<Napi::String>().Utf8Value();
    if (name != "start" && name != "stop") throw Failure("page: no command " + name + ": use start or stop");
    view_->command(name == "start" ? HS_COMMAND_START : HS_COMMAND_STOP);
  }

  void kill(const Napi::CallbackInfo& info) {
    const std::string by = info[0].As<Napi::String>().Utf8Value();
    const auto* const name = std::find(kCauseNames.begin(), kCauseNames.end(), by);
    if (name == kCauseNames.end())
      throw Failure("page: nothing called " + by + " pulls the kill switch: see HS_KILL_CAUSES in bpf/records.h");
    view_->kill(static_cast<hs_kill_cause>(name - kCauseNames.begin() + 1));
  }

  void arm(const Napi::CallbackInfo&) { view_->arm(); }
  Napi::Value ask(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(view_->ask(info[0].As<Napi::String>().Utf8Value())));
  }
  Napi::Value answer(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto answer = view_->answer(static_cast<std::uint64_t>(info[0].As<Napi::Number>().Int64Value()));
    if (!answer) return env.Null();
    auto object = Napi::Object::New(env);
    object["done"] = Napi::Boolean::New(env, answer->done);
    object["text"] = Napi::String::New(env, answer->text);
    return object;
  }

  void beat(const Napi::CallbackInfo&) { view_->beat(); }

  void set_collector(const Napi::CallbackInfo& info) {
    const double pid = info[0].As<Napi::Number>().DoubleValue();
    if (!(pid >= 0 && pid <= std::numeric_limits<std::int32_t>::max() && std::floor(pid) == pid))
      throw Failure("page: the collector's process must be a whole number, 0 for none");
    view_->set_collector(static_cast<hs_u32>(pid));
  }

  void close(const Napi::CallbackInfo&) { view_->close(); }

  std::unique_ptr<PageView> view_;
};

}  // namespace

Napi::Function define_page(Napi::Env env) { return PageObject::define(env); }

const hs_page& page_of(const Napi::Value& object) { return PageObject::Unwrap(object.As<Napi::Object>())->page(); }

}  // namespace hopscope::native
