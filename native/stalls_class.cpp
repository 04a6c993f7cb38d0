#include "native/stalls_class.h"

#include <limits>
#include <memory>

#include "native/failure.h"
#include "native/page_class.h"
#include "native/stalls.h"
#include "native/string_list.h"

namespace hopscope::native {
namespace {

StallOptions read_options(const Napi::Object& object) {
  const double bytes = object.Get("outputBytes").ToNumber().DoubleValue();
  if (!(bytes >= 0 && bytes <= std::numeric_limits<std::uint32_t>::max()))
    throw Failure("stalls: outputBytes must be a whole number from 0 to 4294967295");
  return {
      .object_directory = object.Get("objectDir").ToString().Utf8Value(),
      .run_id = object.Get("runId").ToString().Utf8Value(),
      .output_bytes = static_cast<std::uint32_t>(bytes),
      .syscalls = object.Get("syscalls").ToBoolean().Value(),
      .deny = string_list(object.Get("deny")),
  };
}

std::uint64_t word(const Napi::Value& value) {
  bool lossless = false;
  const std::uint64_t number = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) throw Failure("stalls: a clock reading must fit 64 bits: pass the engine page's own values");
  return number;
}

constexpr struct {
  unsigned value;
  const char* name;
} kCauses[] = {
#define HS_X(value, symbol, name) {value, name},
    HS_STALL_CAUSES(HS_X)
#undef HS_X
};

class StallsObject : public Napi::ObjectWrap<StallsObject> {
 public:
  explicit StallsObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<StallsObject>(info), stalls_(std::make_unique<Stalls>(read_options(info[0].As<Napi::Object>()))) {}

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Stalls",
                       {
                           InstanceMethod<&StallsObject::attach>("attach"),
                           InstanceMethod<&StallsObject::detach>("detach"),
                           InstanceMethod<&StallsObject::set_clock>("setClock"),
                           InstanceMethod<&StallsObject::drain>("drain"),
                           InstanceMethod<&StallsObject::counts>("counts"),
                           InstanceMethod<&StallsObject::totals>("totals"),
                           InstanceMethod<&StallsObject::tie>("tie"),
                           InstanceMethod<&StallsObject::close>("close"),
                       });
  }

 private:
  Stalls& stalls() const {
    if (!stalls_) throw Failure("stalls: closed: open another session");
    return *stalls_;
  }

  static Napi::Number number(Napi::Env env, std::uint64_t n) { return Napi::Number::New(env, static_cast<double>(n)); }

  Napi::Value attach(const Napi::CallbackInfo& info) {
    const auto given = info[1].As<Napi::Array>();
    std::vector<std::uint32_t> tids;
    for (std::uint32_t i = 0; i < given.Length(); ++i) tids.push_back(given.Get(i).As<Napi::Number>().Uint32Value());
    auto sentences = Napi::Array::New(info.Env());
    for (const std::string& sentence : stalls().attach(info[0].As<Napi::Number>().Int32Value(), tids))
      sentences[sentences.Length()] = Napi::String::New(info.Env(), sentence);
    return sentences;
  }

  void set_clock(const Napi::CallbackInfo& info) {
    const std::uint64_t millihertz = word(info[0]);
    if (millihertz == 0) throw Failure("stalls: the clock's frequency is 0: read the engine's page after it is ready");
    stalls().set_clock(WallClock(millihertz, word(info[1]), word(info[2])));
  }

  // One copy of the whole slab: cheaper than a fresh allocation a tick, and the slab's memory stays warm.
  Napi::Value drain(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    auto object = Napi::Object::New(env);
    const auto take = [&](RowSlab& slab, const char* bytes, const char* rows) {
      object[bytes] = Napi::Buffer<char>::Copy(env, reinterpret_cast<const char*>(slab.bytes().data()), slab.bytes().size());
      object[rows] = number(env, slab.rows());
      slab.clear();
    };
    stalls().drain(page_of(info[0]));
    take(stalls().stalls(), "stalls", "stallRows");
    take(stalls().gaps(), "gaps", "gapRows");
    return object;
  }

  Napi::Value counts(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const StallCounts counts = stalls().counts();
    auto object = Napi::Object::New(env);
    object["recorded"] = number(env, counts.recorded);
    object["lost"] = number(env, counts.lost);
    object["gaps"] = number(env, counts.gaps);
    object["gapsLost"] = number(env, counts.gaps_lost);
    return object;
  }

  Napi::Value totals(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto totals = stalls().totals();
    auto object = Napi::Object::New(env);
    for (const auto& [value, name] : kCauses) {
      if (value == HS_STALL_HYPERVISOR) continue;  // never seen by BPF
      auto total = Napi::Object::New(env);
      total["count"] = number(env, totals[value].count);
      total["totalNs"] = number(env, totals[value].total_ns);
      total["shortCount"] = number(env, totals[value].short_count);
      object[name] = total;
    }
    return object;
  }

  Napi::Value tie(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto& tie = stalls().tie();
    if (!tie) throw Failure("stalls: setClock() must be called first: no clock is tied yet");
    auto object = Napi::Object::New(env);
    object["pairs"] = number(env, tie->pairs());
    object["errorNs"] = Napi::Number::New(env, tie->error_ns());
    object["worstNs"] = Napi::Number::New(env, tie->worst_ns());
    object["checkNs"] = Napi::Number::New(env, tie->check_ns());
    return object;
  }

  void detach(const Napi::CallbackInfo&) { stalls().detach(); }
  void close(const Napi::CallbackInfo&) { stalls_.reset(); }

  std::unique_ptr<Stalls> stalls_;
};

}  // namespace

Napi::Function define_stalls(Napi::Env env) { return StallsObject::define(env); }

}  // namespace hopscope::native
