#include "native/lane_class.h"

#include <cmath>
#include <limits>

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
  };
}

std::uint64_t word(const Napi::Value& value) {
  bool lossless = false;
  const std::uint64_t number = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) throw Failure("lane: a clock reading must fit 64 bits: pass the engine page's own values");
  return number;
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
                           InstanceMethod<&LaneObject::drain>("drain"),
                           InstanceMethod<&LaneObject::finish>("finish"),
                           InstanceMethod<&LaneObject::live>("live"),
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
      object["hop"] = Napi::String::New(env, site.hop);
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

  Napi::Value drain(const Napi::CallbackInfo& info) {
    need_clock();
    return slabs(info.Env(), lane().drain(kDrainBound));
  }

  Napi::Value finish(const Napi::CallbackInfo& info) {
    need_clock();
    return slabs(info.Env(), lane().finish());
  }

  void need_clock() const {
    if (!lane().sink().clock().set()) throw Failure("lane: setClock() must be called before the first drain: rows carry wall time");
  }

  // One copy of the whole slab: cheaper than a fresh allocation a tick, and the slab's memory stays warm.
  Napi::Value slabs(Napi::Env env, std::uint64_t hits) {
    const auto take = [&](RowSlab& slab, Napi::Object& object, const char* bytes, const char* rows) {
      object[bytes] = Napi::Buffer<char>::Copy(env, reinterpret_cast<const char*>(slab.bytes().data()), slab.bytes().size());
      object[rows] = Napi::Number::New(env, static_cast<double>(slab.rows()));
      slab.clear();
    };
    auto object = Napi::Object::New(env);
    take(lane().sink().traces(), object, "traces", "traceRows");
    take(lane().sink().journal(), object, "journal", "journalRows");
    object["hits"] = Napi::Number::New(env, static_cast<double>(hits));
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
    const TraceSink& sink = lane().sink();
    const double ns_per_tick = sink.clock().ns_per_tick();
    auto object = Napi::Object::New(env);
    for (std::size_t hop = HS_HOP_FEED_TX; hop < HS_HOP_COUNT; ++hop)
      object[kHopNames[hop]] = quantiles(env, sink.live().hop(hop), ns_per_tick);
    for (std::size_t s = 0; s < kSpans.size(); ++s) object[kSpans[s].name] = quantiles(env, sink.live().span(s), ns_per_tick);
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
