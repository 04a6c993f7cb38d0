// Commands through the page's words, with the test in the place of the orchestrator and of the OMS.
#include "engine/control/mailbox.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/control/command_text.h"

namespace hopscope::control {
namespace {

using oms::Command;
using oms::CommandKind;
using oms::Refusal;

constexpr char kNew[] = R"({"command": "new", "what": "order new x", "parent": {"name": "x", "symbol": "HS00001", "locate": 0,
  "side": "sell", "quantity": 500, "algo": "vwap", "start_ns": 0, "end_ns": 8000000, "slices": 8, "posts": true, "limit_price": 1000000,
  "randomise_ppm": 0, "catch_up": true, "sweep": true, "band_ppm": 50000, "cap_ppm": 0, "rate_ppm": 0, "urgency_milli": 0,
  "curve": [1, 2]}})";

TEST(CommandText, AParentIsReadAsInAPlan) {
  Command command;
  EXPECT_EQ(read_command(kNew, command).fault, "");
  EXPECT_EQ(command.kind, CommandKind::NewParent);
  EXPECT_EQ(command.name, "x");
  ASSERT_TRUE(command.parent);
  EXPECT_EQ(command.parent->plan.side, 'S');
  EXPECT_EQ(command.parent->plan.curve, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(command.parent->slices.size(), 8u);
}

TEST(CommandText, AChangeHasWhatItNamesOnly) {
  Command command;
  EXPECT_EQ(read_command(R"({"command": "replace", "name": "x", "quantity": 7, "limit_price": 0})", command).fault, "");
  EXPECT_EQ(command.kind, CommandKind::ReplaceParent);
  EXPECT_EQ(command.change.quantity, 7u);
  EXPECT_EQ(command.change.limit_price, 0u);
  EXPECT_FALSE(command.change.end_ns);
}

TEST(CommandText, SaysWhatIsWrongInOneLine) {
  const auto fault = [](const char* text) {
    Command command;
    return read_command(text, command).fault;
  };
  EXPECT_EQ(fault("["), "a command is a JSON object");
  EXPECT_EQ(fault("[]"), "a command is a JSON object");
  EXPECT_NE(fault(R"({"command": "sell"})").find("'sell' is none of new, cancel, replace, list, limits"), std::string::npos);
  EXPECT_EQ(fault(R"({"command": "new", "parent": {"name": 5}})"), "parent: name: a string is needed");
  EXPECT_EQ(fault(R"({"command": "new"})"), "parent: : an object is needed");
  EXPECT_NE(fault(R"({"command": "replace", "name": "x"})").find("nothing is to be changed"), std::string::npos);
  EXPECT_NE(fault(R"({"command": "replace", "name": "x", "quantity": 0})").find("quantity: between 1"), std::string::npos);
  EXPECT_NE(fault(R"({"command": "replace", "name": "x", "end_ns": -1})").find("end_ns"), std::string::npos);
  EXPECT_EQ(fault(R"({"command": "limits", "risk": {"max_quantity": 0}})"), "risk: max_quantity: must be between 1 and 1073741824");
}

TEST(CommandText, EveryRefusalIsOneLineWithARemedy) {
  for (auto refusal = Refusal::NotMeasuring; refusal <= Refusal::TooShort; refusal = static_cast<Refusal>(static_cast<int>(refusal) + 1)) {
    Command command;
    ASSERT_EQ(read_command(kNew, command).fault, "");
    command.refusal = refusal;
    const std::string text = refusal_text(command);
    EXPECT_NE(text.find("; "), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
}

TEST(CommandText, WordsAreCutAndClean) {
  Command command;
  const std::string words = "order\\n\\u00fc" + std::string(600, 'x');
  const ReadCommand read = read_command(R"({"command": "list", "what": ")" + words + "\"}", command);
  EXPECT_EQ(read.fault, "");
  EXPECT_EQ(read.what.size(), 500u);
  EXPECT_EQ(read.what.substr(0, 9), "order???x");
}

class MailboxTest : public testing::Test {
 protected:
  ~MailboxTest() override { mailbox_.stop(); }

  void start() { ASSERT_EQ(mailbox_.start(0), ""); }

  // Returns the answer; oms: what it does with a command that has been handed over. Null: it takes none.
  std::string ask(const std::string& text, const std::function<void(Command&)>& oms) {
    std::memcpy(words_->text, text.data(), text.size());
    words_->text_bytes = static_cast<hs_u32>(text.size());
    __atomic_store_n(&words_->asked, words_->asked + 1, __ATOMIC_RELEASE);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (__atomic_load_n(&words_->answered, __ATOMIC_ACQUIRE) != words_->asked && std::chrono::steady_clock::now() < give_up) {
      if (oms && slot_.any()) {
        Command* command = slot_.take();
        oms(*command);
        command->done.store(true, std::memory_order_release);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(words_->answered, words_->asked);
    return {words_->answer_text, words_->answer_bytes};
  }

  std::unique_ptr<hs_mailbox> words_ = std::make_unique<hs_mailbox>();
  oms::CommandSlot slot_;
  Mailbox mailbox_{*words_, slot_, 50'000'000};
};

TEST_F(MailboxTest, AnswersWithWhatTheOmsHasDone) {
  start();
  const std::string text = ask(kNew, [](Command& command) {
    command.market_ns = 99;
    command.rows[command.row_count++] = {.name = {'x'}, .symbol = {'H', 'S', ' ', ' ', ' ', ' ', ' ', ' '}, .quantity = 500};
  });
  EXPECT_EQ(words_->answer, HS_ANSWER_DONE) << text;
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["market_ns"], 99);
  EXPECT_EQ(json["parents"][0]["name"], "x");
  EXPECT_EQ(json["parents"][0]["symbol"], "HS");
  EXPECT_EQ(json["parents"][0]["state"], "scheduled");
  mailbox_.stop();
  ASSERT_EQ(mailbox_.commanded().size(), 1u);
  EXPECT_EQ(mailbox_.commanded()[0].what, "order new x");
  EXPECT_EQ(mailbox_.commanded()[0].market_ns, 99u);
  EXPECT_EQ(mailbox_.carried_out(), 1u);
}

TEST_F(MailboxTest, RefusalsAreKeptAndCountForNothing) {
  start();
  const std::string text =
      ask(R"({"command": "cancel", "name": "x", "what": "order cancel x"})", [](Command& command) { command.refusal = Refusal::Over; });
  EXPECT_EQ(words_->answer, HS_ANSWER_REFUSED);
  EXPECT_NE(text.find("x is over already"), std::string::npos) << text;
  ask(R"({"command": "list"})", [](Command&) {});
  EXPECT_EQ(words_->answer, HS_ANSWER_DONE);
  EXPECT_NE(ask("no JSON", {}).find("a command is a JSON object"), std::string::npos);
  mailbox_.stop();
  ASSERT_EQ(mailbox_.commanded().size(), 1u) << "a list changes nothing, and what cannot be read reaches nobody";
  EXPECT_EQ(mailbox_.commanded()[0].refused, text);
  EXPECT_EQ(mailbox_.carried_out(), 0u);
}

TEST_F(MailboxTest, TakesACommandBackThatNoMessageOfTheFeedBringsToTheOms) {
  start();
  EXPECT_NE(ask(kNew, {}).find("no market data has come meanwhile, and nothing was done"), std::string::npos);
  EXPECT_EQ(words_->answer, HS_ANSWER_REFUSED);
  EXPECT_FALSE(slot_.any());
  EXPECT_NE(ask(R"({"command": "list"})", [](Command&) {}).find("market_ns"), std::string::npos) << "the next one is heard";
}

TEST_F(MailboxTest, WhoAsksWhenTheRunEndsIsAnswered) {
  const std::string text = kNew;
  std::memcpy(words_->text, text.data(), text.size());
  words_->text_bytes = static_cast<hs_u32>(text.size());
  words_->asked = 1;
  start();
  mailbox_.stop();
  EXPECT_EQ(words_->answered, 1u);
  const std::string answer(words_->answer_text, words_->answer_bytes);
  EXPECT_NE(answer.find("nothing was done; start another one"), std::string::npos) << answer;
}

}  // namespace
}  // namespace hopscope::control
