#include "native/lane_class.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "native/bucket_counts_object.h"
#include "native/failure.h"
#include "native/lane.h"
#include "native/string_list.h"
#include "native/tick_quantile.h"

namespace hopscope::native {
namespace {

// A ring's size beyond 32 bits must be refused, not wrapped.
std::uint32_t whole_number(const Napi::Object& object, const char* key) {
  const double value = object.Get(key).ToNumber().DoubleValue();
  if (!(value >= 0 && value <= std::numeric_limits<std::uint32_t>::max() && std::floor(value) == value))
    throw Failure(std::string("lane: ") + key + " must be a whole number from 0 to 4294967295");
  return static_cast<std::uint32_t>(value);
}

std::vector<std::uint32_t> read_map_ids(const Napi::Array& given) {
  std::vector<std::uint32_t> ids;
  for (std::uint32_t i = 0; i < given.Length(); ++i) {
    const double id = given.Get(i).ToNumber().DoubleValue();
    if (!(id >= 1 && id <= std::numeric_limits<std::uint32_t>::max() && std::floor(id) == id))
      throw Failure("lane: ringMapIds must be ids of maps: pass those of the engine's page");
    ids.push_back(static_cast<std::uint32_t>(id));
  }
  return ids;
}

LaneOptions read_options(const Napi::Object& object) {
  return {
      .lane = object.Get("lane").ToString().Utf8Value(),
      .object_directory = object.Get("objectDir").ToString().Utf8Value(),
      .threads = whole_number(object, "threads"),
      .ring_bytes = whole_number(object, "ringBytes"),
      .output_bytes = whole_number(object, "outputBytes"),
      .sample = whole_number(object, "sample"),
      .run_id = object.Get("runId").ToString().Utf8Value(),
      .deny = string_list(object.Get("deny")),
      .ring_map_ids = read_map_ids(object.Get("ringMapIds").As<Napi::Array>()),
  };
}

std::uint64_t word(const Napi::Value& value) {
  bool lossless = false;
  const std::uint64_t number = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) throw Failure("lane: a clock reading must fit 64 bits: pass the engine page's own values");
  return number;
}

// The greatest whole number of ticks that is not longer.
hs_u32 threshold_ticks(const std::string& series, double ns, double ns_per_tick) {
  if (!(ns >= 0)) throw Failure("lane: the threshold of " + series + " must be at least 0 ns");
  const double ticks = ns / ns_per_tick;
  return ticks < static_cast<double>(HS_DELTA_MAX) ? static_cast<hs_u32>(ticks) : HS_DELTA_MAX;
}

hs_thresholds read_thresholds(const Napi::Object& ns_of, double ns_per_tick) {
  hs_thresholds thresholds = no_thresholds();
  const Napi::Array names = ns_of.GetPropertyNames();
  for (std::uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString().Utf8Value();
    const auto found = std::find(kSeriesNames.begin() + kFirstSeries, kSeriesNames.end(), name);
    if (found == kSeriesNames.end()) throw Failure("lane: no threshold for " + name + ": name a hop or a span, e.g. tick_to_ack");
    thresholds.ticks[found - kSeriesNames.begin()] = threshold_ticks(name, ns_of.Get(name).ToNumber().DoubleValue(), ns_per_tick);
  }
  return thresholds;
}

double read_level(const Napi::Value& value) {
  const double level = value.ToNumber().DoubleValue();
  if (!(level >= 0 && level <= 1)) throw Failure("lane: a quantile's level must be from 0 to 1, e.g. 0.999");
  return level;
}

class LaneObject : public Napi::ObjectWrap<LaneObject> {
 public:
  explicit LaneObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<LaneObject>(info), lane_(open_lane(read_options(info[0].As<Napi::Object>()))) {}

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Lane",
                       {
                           InstanceMethod<&LaneObject::ring_map_ids>("ringMapIds"),
                           InstanceMethod<&LaneObject::attach>("attach"),
                           InstanceMethod<&LaneObject::sites>("sites"),
                           InstanceMethod<&LaneObject::set_clock>("setClock"),
                           InstanceMethod<&LaneObject::set_thresholds>("setThresholds"),
                           InstanceMethod<&LaneObject::follow_tail>("followTail"),
                           InstanceMethod<&LaneObject::drain>("drain"),
                           InstanceMethod<&LaneObject::finish>("finish"),
                           InstanceMethod<&LaneObject::live>("live"),
                           InstanceMethod<&LaneObject::latencies>("latencies"),
                           InstanceMethod<&LaneObject::bucket_rows>("bucketRows"),
                           InstanceMethod<&LaneObject::stamp_lag>("stampLag"),
                           InstanceMethod<&LaneObject::counts>("counts"),
                           InstanceMethod<&LaneObject::close>("close"),
                       });
  }

 private:
  Lane& lane() const {
    if (!lane_) throw Failure("lane: closed: open another one");
    return *lane_;
  }

  Napi::Value ring_map_ids(const Napi::CallbackInfo& info) {
    const auto ids = lane().ring_map_ids();
    auto array = Napi::Array::New(info.Env(), ids.size());
    for (std::uint32_t i = 0; i < ids.size(); ++i) array[i] = Napi::Number::New(info.Env(), ids[i]);
    return array;
  }

  Napi::Value attach(const Napi::CallbackInfo& info) {
    lane().attach(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::String>().Utf8Value());
    return sites(info);
  }

  Napi::Value sites(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    auto array = Napi::Array::New(env);
    for (const SiteState& site : lane().sites()) {
      auto object = Napi::Object::New(env);
      object["hop"] = Napi::String::New(env, site.name);
      object["sites"] = Napi::Number::New(env, site.sites);
      object["optimised"] = Napi::Boolean::New(env, site.optimised);
      array[array.Length()] = object;
    }
    return array;
  }

  void set_clock(const Napi::CallbackInfo& info) {
    const std::uint64_t millihertz = word(info[0]);
    if (millihertz == 0) throw Failure("lane: the clock's frequency is 0: read the engine's page after it is ready");
    lane().sink().set_clock(WallClock(millihertz, word(info[1]), word(info[2])));
  }

  void set_thresholds(const Napi::CallbackInfo& info) {
    lane().set_thresholds(read_thresholds(info[0].As<Napi::Object>(), clock("setThresholds").ns_per_tick()));
  }

  void follow_tail(const Napi::CallbackInfo& info) { lane().follow_tail(read_level(info[0])); }

  Napi::Value drain(const Napi::CallbackInfo& info) {
    clock("the first drain");
    return slabs(info.Env(), lane().drain(kDrainBound));
  }

  Napi::Value finish(const Napi::CallbackInfo& info) {
    clock("the first drain");
    return slabs(info.Env(), lane().finish());
  }

  const WallClock& clock(const char* before) const {
    const WallClock& clock = lane().sink().clock();
    if (!clock.set()) throw Failure(std::string("lane: setClock() must be called before ") + before + ": rows carry wall time");
    return clock;
  }

  // One copy of the whole slab: cheaper than a fresh allocation a tick, and the slab's memory stays warm.
  static void take(Napi::Object object, RowSlab& slab, const char* bytes, const char* rows) {
    const Napi::Env env = object.Env();
    object[bytes] = Napi::Buffer<char>::Copy(env, reinterpret_cast<const char*>(slab.bytes().data()), slab.bytes().size());
    object[rows] = Napi::Number::New(env, static_cast<double>(slab.rows()));
    slab.clear();
  }

  Napi::Value slabs(Napi::Env env, std::uint64_t hits) {
    auto object = Napi::Object::New(env);
    take(object, lane().sink().traces(), "traces", "traceRows");
    take(object, lane().sink().journal(), "journal", "journalRows");
    object["hits"] = Napi::Number::New(env, static_cast<double>(hits));
    return object;
  }

  Napi::Value bucket_rows(const Napi::CallbackInfo& info) {
    BucketRows& buckets = lane().bucket_rows();
    buckets.add(lane().latencies(), clock("bucketRows"), info[0].As<Napi::Number>().Uint32Value());
    auto object = Napi::Object::New(info.Env());
    take(object, buckets.rows(), "rows", "count");
    auto by_series = Napi::Object::New(info.Env());
    for (unsigned series = kFirstSeries; series < HS_SERIES_COUNT; ++series)
      if (const BucketCounts& counts = buckets.series()[series]; counts.count != 0)
        by_series[kSeriesNames[series]] = bucket_counts_object(info.Env(), counts);
    object["series"] = by_series;
    return object;
  }

  Napi::Value latencies(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const double ns_per_tick = clock("latencies").ns_per_tick();
    const auto ns = [&](double ticks) { return Napi::Number::New(env, ticks * ns_per_tick); };
    const auto asked = info[0].As<Napi::Array>();
    const SeriesHistograms& latencies = lane().latencies();
    auto object = Napi::Object::New(env);
    for (unsigned series = kFirstSeries; series < HS_SERIES_COUNT; ++series) {
      const hs_histogram& histogram = latencies[series];
      auto values = Napi::Array::New(env, asked.Length());
      for (std::uint32_t i = 0; i < asked.Length(); ++i)
        values[i] = ns(static_cast<double>(tick_quantile(histogram, read_level(asked.Get(i)))));
      auto one = Napi::Object::New(env);
      one["count"] = Napi::Number::New(env, static_cast<double>(histogram.count));
      one["meanNs"] = ns(histogram.count ? static_cast<double>(histogram.sum) / static_cast<double>(histogram.count) : 0);
      one["maxNs"] = ns(static_cast<double>(histogram.max));
      one["valuesNs"] = values;
      object[kSeriesNames[series]] = one;
    }
    return object;
  }

  static Napi::Object quantiles(Napi::Env env, const hs_histogram& histogram, double ns_per_unit) {
    auto object = Napi::Object::New(env);
    object["count"] = Napi::Number::New(env, static_cast<double>(histogram.count));
    object["p50"] = Napi::Number::New(env, static_cast<double>(tick_quantile(histogram, 0.5)) * ns_per_unit);
    object["p99"] = Napi::Number::New(env, static_cast<double>(tick_quantile(histogram, 0.99)) * ns_per_unit);
    return object;
  }

  Napi::Value live(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const double ns_per_tick = lane().sink().clock().ns_per_tick();
    const SeriesHistograms& latencies = lane().latencies();
    auto object = Napi::Object::New(env);
    for (unsigned series = kFirstSeries; series < HS_SERIES_COUNT; ++series)
      object[kSeriesNames[series]] = quantiles(env, latencies[series], ns_per_tick);
    return object;
  }

  Napi::Value stamp_lag(const Napi::CallbackInfo& info) {
    const hs_histogram* lag_ns = lane().stamp_lag_ns();
    if (!lag_ns || lag_ns->count == 0) return info.Env().Null();
    return quantiles(info.Env(), *lag_ns, 1);
  }

  Napi::Value counts(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const LaneCounts counts = lane().counts();
    const auto number = [&](std::uint64_t n) { return Napi::Number::New(env, static_cast<double>(n)); };
    const auto fill = [&](Napi::Object to, const RecordCounts& from) {
      to["drained"] = number(from.drained);
      to["stored"] = number(from.stored);
      to["tail"] = number(from.tail);
      to["filtered"] = number(from.filtered);
      to["lost"] = number(from.lost);
      return to;
    };
    auto object = fill(Napi::Object::New(env), counts.capsules);
    object["journal"] = fill(Napi::Object::New(env), counts.journal);
    object["warmup"] = number(counts.warmup);
    return object;
  }

  void close(const Napi::CallbackInfo&) { lane_.reset(); }

  std::unique_ptr<Lane> lane_;
};

}  // namespace

Napi::Function define_lane(Napi::Env env) { return LaneObject::define(env); }

}  // namespace hopscope::native
