// The addon's exports: native/*.ts gives each of them its types.
//
// Everything runs on JavaScript's thread, except jitter(). A Failure (or any std::exception) becomes a JavaScript Error at this edge.
#include <napi.h>

#include <array>
#include <utility>

#include "native/failure.h"
#include "native/features.h"
#include "native/lane_class.h"
#include "native/live_stats.h"
#include "native/machine.h"
#include "native/page_class.h"
#include "native/stalls_class.h"
#include "native/string_list.h"
#include "native/tick_quantile.h"

namespace hopscope::native {
namespace {

Napi::Value features(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto array = Napi::Array::New(env);
  for (const Feature& feature : find_features(info[0].As<Napi::String>().Utf8Value(), string_list(info[1]))) {
    auto object = Napi::Object::New(env);
    object["name"] = Napi::String::New(env, feature.name);
    object["ok"] = Napi::Boolean::New(env, feature.ok);
    object["detail"] = Napi::String::New(env, feature.detail);
    object["remedy"] = Napi::String::New(env, feature.remedy);
    array[array.Length()] = object;
  }
  return array;
}

Napi::Value tsc(const Napi::CallbackInfo& info) {
  const Tsc tsc = measure_tsc();
  auto object = Napi::Object::New(info.Env());
  object["hz"] = Napi::Number::New(info.Env(), tsc.hz);
  object["resolutionNs"] = Napi::Number::New(info.Env(), tsc.resolution_ns);
  object["invariant"] = Napi::Boolean::New(info.Env(), tsc.invariant);
  return object;
}

class JitterWorker : public Napi::AsyncWorker {
 public:
  JitterWorker(Napi::Env env, int cpu, unsigned milliseconds)
      : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), cpu_(cpu), milliseconds_(milliseconds) {}
  Napi::Promise promise() const { return promise_.Promise(); }

 protected:
  void Execute() override { floor_ = measure_jitter(cpu_, milliseconds_); }

  void OnOK() override {
    const hs_histogram& extra = *floor_.extra_ticks;
    const auto ns = [&](std::uint64_t ticks) { return Napi::Number::New(Env(), static_cast<double>(ticks) * floor_.ns_per_tick); };
    auto object = Napi::Object::New(Env());
    object["windows"] = Napi::Number::New(Env(), static_cast<double>(extra.count));
    for (const auto& [name, q] : {std::pair{"p50", 0.5}, {"p99", 0.99}, {"p999", 0.999}}) object[name] = ns(tick_quantile(extra, q));
    object["max"] = ns(extra.max);
    promise_.Resolve(object);
  }

  void OnError(const Napi::Error& error) override { promise_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred promise_;
  int cpu_;
  unsigned milliseconds_;
  JitterFloor floor_{};
};

Napi::Value jitter(const Napi::CallbackInfo& info) {
  // Deletes itself when done.
  auto* worker = new JitterWorker(info.Env(), info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Number>().Uint32Value());
  worker->Queue();
  return worker->promise();
}

void add_cause(Napi::Env env, Napi::Array& causes, unsigned value, const char* name) {
  auto cause = Napi::Object::New(env);
  cause["value"] = Napi::Number::New(env, value);
  cause["name"] = Napi::String::New(env, name);
  causes[causes.Length()] = cause;
}

Napi::Value record_layout(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto hops = Napi::Array::New(env);
  for (std::size_t h = 0; h < kHopNames.size(); ++h) {
    auto hop = Napi::Object::New(env);
    hop["name"] = Napi::String::New(env, kHopNames[h]);
    hop["predecessor"] = Napi::String::New(env, kHopNames[kHopPredecessors[h]]);
    hops[hops.Length()] = hop;
  }
  auto counters = Napi::Array::New(env);
#define HS_X(symbol, name) counters[counters.Length()] = Napi::String::New(env, name);
  HS_COUNTERS(HS_X)
#undef HS_X
  auto spans = Napi::Array::New(env);
  for (const Span& known : kSpans) {
    auto span = Napi::Object::New(env);
    span["name"] = Napi::String::New(env, known.name);
    span["from"] = Napi::String::New(env, kHopNames[known.from]);
    span["to"] = Napi::String::New(env, kHopNames[known.to]);
    spans[spans.Length()] = span;
  }
  auto series = Napi::Array::New(env);
  for (const char* hop : kHopNames) series[series.Length()] = Napi::String::New(env, hop);
#define HS_X(symbol, name, from, to) series[series.Length()] = Napi::String::New(env, name);
  HS_SPANS(HS_X)
#undef HS_X
  auto causes = Napi::Array::New(env);
#define HS_X(value, symbol, name) add_cause(env, causes, value, name);
  HS_STALL_CAUSES(HS_X)
#undef HS_X
  auto layout = Napi::Object::New(env);
  layout["hops"] = hops;
  layout["counters"] = counters;
  layout["spans"] = spans;
  layout["series"] = series;
  layout["stallCauses"] = causes;
  return layout;
}

Napi::Object define(Napi::Env env, Napi::Object exports) {
  exports["Page"] = define_page(env);
  exports["Lane"] = define_lane(env);
  exports["Stalls"] = define_stalls(env);
  exports["features"] = Napi::Function::New(env, features, "features");
  exports["tsc"] = Napi::Function::New(env, tsc, "tsc");
  exports["jitter"] = Napi::Function::New(env, jitter, "jitter");
  exports["recordLayout"] = Napi::Function::New(env, record_layout, "recordLayout");
  return exports;
}

}  // namespace
}  // namespace hopscope::native

static Napi::Object Init(Napi::Env env, Napi::Object exports) { return hopscope::native::define(env, exports); }
NODE_API_MODULE(hopscope, Init)
