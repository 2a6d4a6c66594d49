// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/access_policy.h"

#include <gtest/gtest.h>

namespace waybill::ingest {

TEST(AccessPolicy, WithoutTokensEverybodyMaySend) {
  const AccessPolicy open({});
  EXPECT_TRUE(open.allows("", ""));
  EXPECT_TRUE(open.allows("Bearer whatever", "whatever"));
}

TEST(AccessPolicy, ATokenComesAsBearerOrAsApiKey) {
  const AccessPolicy policy({"secret"});
  EXPECT_TRUE(policy.allows("Bearer secret", ""));
  EXPECT_TRUE(policy.allows("bearer   secret ", ""));
  EXPECT_TRUE(policy.allows("", "secret"));
  EXPECT_TRUE(policy.allows("Bearer wrong", "secret"));
}

TEST(AccessPolicy, WhateverElseIsGivenIsRefused) {
  const AccessPolicy policy({"secret"});
  for (const char* authorization : {"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Bearer SECRET",
                                    "Bearersecret", "Basic secret", "Bearer secret secret"}) {
    EXPECT_FALSE(policy.allows(authorization, "")) << authorization;
  }
  EXPECT_FALSE(policy.allows("", "Bearer secret"));
  EXPECT_FALSE(policy.allows("", "secret2"));
}

TEST(AccessPolicy, TwoTokensAreValidWhileOneReplacesTheOther) {
  const AccessPolicy policy({"old", "new"});
  EXPECT_TRUE(policy.allows("Bearer old", ""));
  EXPECT_TRUE(policy.allows("Bearer new", ""));
  EXPECT_FALSE(policy.allows("Bearer oldnew", ""));
}

TEST(AccessPolicy, AnEmptyTokenLetsNobodyIn) {
  const AccessPolicy policy({""});
  EXPECT_FALSE(policy.allows("", ""));
  EXPECT_FALSE(policy.allows("Bearer ", ""));
}

}  // namespace waybill::ingest
