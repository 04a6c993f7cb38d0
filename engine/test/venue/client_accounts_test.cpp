#include "engine/venue/client_accounts.h"

#include <gtest/gtest.h>

namespace hopscope::venue {
namespace {

constexpr book::OrderId kClient = client_id(0, 1), kOther = client_id(0, 2), kFeed = 77;

class ClientAccountsTest : public testing::Test {
 protected:
  ClientAccountsTest() {
    profile_.make_micros = -20;
    profile_.take_micros = 30;
  }
  void trade(book::OrderId taker, book::OrderId maker, char taker_side, std::uint16_t in_cross = 0) {
    journal::Record executed;
    executed.type = journal::RecordType::Executed;
    executed.order = taker;
    executed.maker = maker;
    executed.side = static_cast<std::uint8_t>(taker_side);
    executed.quantity = 100;
    executed.price = 1'000;
    executed.locate = 2;
    executed.reason = in_cross;
    accounts_.take(profile_, executed);
  }

  core::VenuePlan profile_;
  ClientAccounts accounts_{3};
};

TEST_F(ClientAccountsTest, AClientThatTakesPaysTheTakersFee) {
  trade(kClient, kFeed, 'B');
  EXPECT_EQ(accounts_[2], (book::Traded{100, 0, 100'000, 0, 3'000}));
}

TEST_F(ClientAccountsTest, AClientThatRestedIsOnTheOtherSide) {
  trade(kFeed, kClient, 'B');
  EXPECT_EQ(accounts_[2], (book::Traded{0, 100, 0, 100'000, -2'000}));
}

TEST_F(ClientAccountsTest, TwoClientsOrdersCountOnBothSides) {
  trade(kClient, kOther, 'S');
  EXPECT_EQ(accounts_[2], (book::Traded{100, 100, 100'000, 100'000, 1'000}));
}

TEST_F(ClientAccountsTest, InACrossNobodyTakes) {
  trade(kClient, kFeed, 'S', 1);
  EXPECT_EQ(accounts_[2], (book::Traded{0, 100, 0, 100'000, -2'000}));
}

}  // namespace
}  // namespace hopscope::venue
