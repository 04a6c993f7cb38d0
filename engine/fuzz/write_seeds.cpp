// Writes the seeds of the fuzz corpora: one of everything a decoder knows, made by the encoders, and a few that are wrong in the usual
// ways. Findings of the fuzzers are added to the same folders by hand.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/wire/frame.h"
#include "engine/wire/itch_encode_market.h"
#include "engine/wire/mold_recovery.h"
#include "engine/wire/ouch_encode.h"

namespace {

using namespace hopscope::wire;
using Content = std::vector<std::byte>;
using Encoder = std::function<std::size_t(std::span<std::byte>)>;

constexpr itch::Stamp kStamp{.locate = 7, .timestamp_ns = 34'200'000'000'123, .tracking = 2};
constexpr itch::Symbol kStock = itch::symbol("HOPS");
constexpr MoldSession kSession = mold_session("HSFEED");
constexpr std::uint64_t kNow = 34'200'000'000'456;

class Corpus {
 public:
  explicit Corpus(const std::filesystem::path& folder) : folder_(folder) { std::filesystem::create_directories(folder_); }

  void add(const std::string& name, Bytes content) {
    std::ofstream file(folder_ / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    if (!file) throw std::runtime_error((folder_ / name).string() + ": cannot be written");
  }
  void add(const std::string& name, const Encoder& encode) { add(name, encoded(encode)); }

  static Content encoded(const Encoder& encode) {
    Content buffer(512);
    buffer.resize(encode(buffer));
    return buffer;
  }

 private:
  std::filesystem::path folder_;
};

Content cut(Content content, std::ptrdiff_t by_bytes) {
  content.erase(content.end() - by_bytes, content.end());
  return content;
}

struct Named {
  std::string name;
  Encoder encode;
};

std::vector<Named> itch_messages() {
  return {
      {"system_event", [](auto out) { return itch::encode_system_event(out, kStamp, 'O'); }},
      {"stock_directory", [](auto out) { return itch::encode_stock_directory(out, kStamp, kStock); }},
      {"trading_action", [](auto out) { return itch::encode_trading_action(out, kStamp, kStock, 'H', "LUDP"); }},
      {"short_sale_restriction", [](auto out) { return itch::encode_short_sale_restriction(out, kStamp, kStock, '1'); }},
      {"participant_position", [](auto out) { return itch::encode_participant_position(out, kStamp, "MAKR", kStock); }},
      {"circuit_breaker_levels", [](auto out) { return itch::encode_circuit_breaker_levels(out, kStamp, 1, 2, 3); }},
      {"circuit_breaker_tripped", [](auto out) { return itch::encode_circuit_breaker_tripped(out, kStamp, '1'); }},
      {"ipo_quoting_period", [](auto out) { return itch::encode_ipo_quoting_period(out, kStamp, kStock, 36'000, 'A', 170'000); }},
      {"auction_collar", [](auto out) { return itch::encode_auction_collar(out, kStamp, kStock, 1'000'000, 1'050'000, 950'000, 0); }},
      {"operational_halt", [](auto out) { return itch::encode_operational_halt(out, kStamp, kStock, 'Q', 'H'); }},
      {"add", [](auto out) { return itch::encode_add(out, kStamp, 11, 'B', 100, kStock, 1'000'000); }},
      {"add_mpid", [](auto out) { return itch::encode_add_mpid(out, kStamp, 12, 'S', 200, kStock, 1'000'100, "MAKR"); }},
      {"executed", [](auto out) { return itch::encode_executed(out, kStamp, 11, 50, 1); }},
      {"executed_with_price", [](auto out) { return itch::encode_executed_with_price(out, kStamp, 11, 50, 2, 'Y', 999'900); }},
      {"cancel", [](auto out) { return itch::encode_cancel(out, kStamp, 12, 100); }},
      {"delete", [](auto out) { return itch::encode_delete(out, kStamp, 12); }},
      {"replace", [](auto out) { return itch::encode_replace(out, kStamp, 11, 13, 300, 999'800); }},
      {"trade", [](auto out) { return itch::encode_trade(out, kStamp, 100, kStock, 1'000'000, 3); }},
      {"cross_trade", [](auto out) { return itch::encode_cross_trade(out, kStamp, 10'000, kStock, 1'000'000, 4, 'O'); }},
      {"broken_trade", [](auto out) { return itch::encode_broken_trade(out, kStamp, 4); }},
      {"imbalance_indicator", [](auto out) { return itch::encode_imbalance_indicator(out, kStamp, kStock, {.paired_shares = 900}); }},
      {"retail_interest", [](auto out) { return itch::encode_retail_interest(out, kStamp, kStock, 'A'); }},
      {"direct_listing", [](auto out) { return itch::encode_direct_listing(out, kStamp, kStock, {.near_price = 1'000'000}); }},
  };
}

Content unknown_type() {
  Content message = Corpus::encoded([](auto out) { return itch::encode_delete(out, kStamp, 1); });
  message[0] = std::byte{'z'};
  return message;
}

void write_itch(Corpus corpus) {
  for (const auto& [name, encode] : itch_messages()) corpus.add(name, encode);
  corpus.add("unknown_type", unknown_type());
  corpus.add("cut_short", cut(Corpus::encoded(itch_messages()[10].encode), 1));
  corpus.add("empty", Bytes{});
}

ouch::Order sample_order() {
  return {.user_ref = 1, .side = 'B', .quantity = 300, .symbol = kStock, .price = 1'000'100, .time_in_force = ouch::kTimeInForceUntil};
}

ouch::AppendageBuilder every_kind() {
  ouch::AppendageBuilder appendage;
  appendage.put_u32(ouch::Tag::MinimumQuantity, 100);
  appendage.put_u32(ouch::Tag::MaximumFloor, 100);
  appendage.put_character(ouch::Tag::PostOnly, 'P');
  appendage.put_u32(ouch::Tag::ExpireTime, 35'000);
  appendage.put_u16(ouch::Tag::GroupId, 3);
  appendage.put_u64(ouch::Tag::StopPrice, 1'010'000);
  return appendage;
}

Content entered() {
  return Corpus::encoded([](auto out) { return ouch::encode_enter(out, sample_order(), every_kind().bytes()); });
}

void write_ouch_in(Corpus corpus) {
  corpus.add("enter", [](auto out) { return ouch::encode_enter(out, sample_order()); });
  corpus.add("enter_with_appendage", entered());
  corpus.add("replace", [](auto out) { return ouch::encode_replace(out, 1, sample_order(), every_kind().bytes()); });
  corpus.add("cancel", [](auto out) { return ouch::encode_cancel(out, 1, 0); });
  corpus.add("cancel_with_appendage", [](auto out) { return ouch::encode_cancel(out, 1, 0, every_kind().bytes()); });
  corpus.add("modify", [](auto out) { return ouch::encode_modify(out, 1, 'T', 100); });
  corpus.add("mass_cancel", [](auto out) { return ouch::encode_mass_cancel(out, 2); });
  corpus.add("account_query", [](auto out) { return ouch::encode_account_query(out); });
  corpus.add("cut_short", cut(entered(), 1));
  Content lying = entered();
  lying[sizeof(ouch::EnterOrder)] = std::byte{0xff};  // the first element says that it is longer than the appendage
  corpus.add("element_past_the_end", lying);
  lying[sizeof(ouch::EnterOrder)] = std::byte{0};
  corpus.add("element_of_length_0", lying);
}

void write_ouch_out(Corpus corpus) {
  const Content order = entered();
  const auto& enter = *reinterpret_cast<const ouch::EnterOrder*>(order.data());
  const Content replacement = Corpus::encoded([](auto out) { return ouch::encode_replace(out, 1, sample_order()); });
  const auto& replace = *reinterpret_cast<const ouch::ReplaceOrder*>(replacement.data());
  const Content request = Corpus::encoded([](auto out) { return ouch::encode_mass_cancel(out, 2); });
  const auto& mass_cancel = *reinterpret_cast<const ouch::MassCancel*>(request.data());
  ouch::AppendageBuilder display;
  display.put_u32(ouch::Tag::DisplayQuantity, 100);

  corpus.add("system_event", [](auto out) { return ouch::encode_system_event(out, kNow, 'S'); });
  corpus.add("accepted", [&](auto out) { return ouch::encode_accepted(out, kNow, enter, 9, 'L', every_kind().bytes()); });
  corpus.add("replaced", [&](auto out) { return ouch::encode_replaced(out, kNow, replace, {.symbol = kStock}, 200, 10, 'L'); });
  corpus.add("cancelled", [](auto out) { return ouch::encode_cancelled(out, kNow, 1, 300, 'U'); });
  corpus.add("cancelled_with_appendage", [&](auto out) { return ouch::encode_cancelled(out, kNow, 1, 300, 'U', display.bytes()); });
  corpus.add("aiq_cancelled", [](auto out) { return ouch::encode_aiq_cancelled(out, kNow, 1, {.quantity = 300}); });
  corpus.add("aiq_cancelled_2", [](auto out) { return ouch::encode_aiq_cancelled(out, kNow, 1, {.quantity = 300, .strategy = 'O'}); });
  corpus.add("executed", [](auto out) { return ouch::encode_executed(out, kNow, 1, 100, 1'000'000, 'A', 5); });
  corpus.add("broken_trade", [](auto out) { return ouch::encode_broken_trade(out, kNow, 1, 5, 'E'); });
  corpus.add("trade_correction", [](auto out) { return ouch::encode_trade_correction(out, kNow, 1, 100, 1'000'000, 'A', 5, 'N'); });
  corpus.add("rejected", [](auto out) { return ouch::encode_rejected(out, kNow, 1, 0x0017); });
  corpus.add("cancel_pending", [](auto out) { return ouch::encode_cancel_pending(out, kNow, 1); });
  corpus.add("cancel_rejected", [](auto out) { return ouch::encode_cancel_rejected(out, kNow, 1); });
  corpus.add("priority_update", [](auto out) { return ouch::encode_priority_update(out, kNow, 1, 1'000'000, 'Y', 12); });
  corpus.add("modified", [](auto out) { return ouch::encode_modified(out, kNow, 1, 'T', 100); });
  corpus.add("restated", [&](auto out) { return ouch::encode_restated(out, kNow, 1, 'R', display.bytes()); });
  corpus.add("mass_cancelled", [&](auto out) { return ouch::encode_mass_cancelled(out, kNow, mass_cancel); });
  corpus.add("account_state", [](auto out) { return ouch::encode_account_state(out, kNow, 3); });
}

Content packet(std::uint64_t sequence, unsigned messages, bool end = false) {
  Content bytes(1400);
  MoldWriter writer(bytes);
  writer.begin(kSession, sequence);
  const Content message = Corpus::encoded([](auto out) { return itch::encode_delete(out, kStamp, 1); });
  for (unsigned i = 0; i < messages; ++i) writer.append(message);
  bytes.resize(end ? writer.finish_end_of_session() : writer.finish());
  return bytes;
}

Content row_of(const std::vector<Content>& packets) {
  Content row;
  for (const Content& each : packets) {
    row.resize(row.size() + 2);
    store_be16(row.data() + row.size() - 2, static_cast<std::uint16_t>(each.size()));
    row.insert(row.end(), each.begin(), each.end());
  }
  return row;
}

void write_mold(Corpus corpus) {
  corpus.add("in_order", row_of({packet(1, 2), packet(3, 1), packet(4, 0), packet(4, 0, true)}));
  corpus.add("gap_closed", row_of({packet(1, 1), packet(4, 2), packet(2, 2), packet(4, 2)}));
  corpus.add("gap_closed_from_the_middle", row_of({packet(9, 1), packet(4, 2), packet(1, 3), packet(6, 3)}));
  corpus.add("duplicates", row_of({packet(1, 3), packet(1, 3), packet(2, 4)}));
  corpus.add("heartbeat_reveals_a_loss", row_of({packet(5, 0)}));
  corpus.add("cut_short", row_of({cut(packet(1, 2), 1)}));
  const Content request = Corpus::encoded([](auto out) { return encode_mold_request(out, kSession, {.from = 5, .count = 3}); });
  corpus.add("request", row_of({request}));
  corpus.add("last_sequence", row_of({packet(UINT64_MAX, 2), packet(UINT64_MAX, 0)}));
}

void write_frame(Corpus corpus) {
  const UdpEndpoint from{.mac = {2, 0, 0, 0, 0, 1}, .ip = 0x0a000001, .port = 26400};
  const UdpEndpoint to{.mac = {2, 0, 0, 0, 0, 2}, .ip = 0x0a000002, .port = 26401};
  for (const unsigned messages : {0u, 1u, 3u}) {
    const Content payload = packet(1, messages);
    Content frame(FrameWriter::kHeaderBytes + payload.size() + kMinFrameBytes);
    std::copy(payload.begin(), payload.end(), frame.begin() + FrameWriter::kHeaderBytes);
    frame.resize(FrameWriter(from, to).finish(frame, payload.size()));
    corpus.add("payload_of_" + std::to_string(messages) + "_messages", frame);
  }
}

void write_binary_file(Corpus corpus) {
  Content file, without_lengths;
  for (const auto& [name, encode] : itch_messages()) {
    const Content message = Corpus::encoded(encode);
    const Content prefixed = row_of({message});
    file.insert(file.end(), prefixed.begin(), prefixed.end());
    without_lengths.insert(without_lengths.end(), 2, std::byte{0});
    without_lengths.insert(without_lengths.end(), message.begin(), message.end());
  }
  corpus.add("every_message", file);
  corpus.add("lengths_of_0", without_lengths);
  corpus.add("cut_short", cut(file, 1));
  corpus.add("unknown_type", row_of({unknown_type(), Corpus::encoded(itch_messages()[0].encode)}));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s engine/fuzz/corpus\n", argv[0]);
    return 2;
  }
  try {
    const std::filesystem::path root = argv[1];
    write_itch(Corpus(root / "itch"));
    write_ouch_in(Corpus(root / "ouch_in"));
    write_ouch_out(Corpus(root / "ouch_out"));
    write_mold(Corpus(root / "mold"));
    write_frame(Corpus(root / "frame"));
    write_binary_file(Corpus(root / "binary_file"));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
