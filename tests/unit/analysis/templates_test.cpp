// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "analysis/span_semantics.h"
#include "analysis_support.h"

namespace waybill::analysis {
namespace {

using namespace test;

std::string sql(std::string_view statement) { return sqlTemplate(statement).text; }
std::string url(std::string_view text) { return urlTemplate(text).text; }
std::string name(std::string_view text) { return nameTemplate(text).text; }

TEST(SqlTemplate, LiteralsBecomeMarks) {
  EXPECT_EQ(sql("SELECT * FROM t WHERE id = 17 AND name='it''s' AND x > -1.5e3"),
            "SELECT * FROM t WHERE id = ? AND name=? AND x > ?");
  EXPECT_EQ(sql("select a1, \"b 2\", `c3` from t2"), "select a1, \"b 2\", `c3` from t2");
  EXPECT_EQ(sql("SELECT 'a\\'b' , 0x1F"), "SELECT ? , ?");
}

TEST(SqlTemplate, ListsOfAnyLengthAreOne) {
  EXPECT_EQ(sql("SELECT x FROM t WHERE id IN (1, 2, 3)"), "SELECT x FROM t WHERE id IN (?)");
  EXPECT_EQ(sql("SELECT x FROM t WHERE id IN (?,?)"), sql("SELECT x FROM t WHERE id IN (9)"));
  EXPECT_EQ(sql("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c');"), "INSERT INTO t VALUES (?)");
}

TEST(SqlTemplate, PlaceholdersOfEveryDialectAreMarks) {
  for (const std::string_view text : {"a = $1", "a = :id", "a = @id", "a = %s", "a = ?", "a = 'x'", "a = ?1", "a = $id",
                                      "a = %(id_1)s", "a = $$x'y$$", "a = $t$x$t$"}) {
    EXPECT_EQ(sql(text), "a = ?") << text;
  }
  EXPECT_EQ(sql("SELECT a::int FROM t"), "SELECT a::int FROM t");
}

TEST(SqlTemplate, CommentsAndWhiteSpaceDoNotMatter) {
  EXPECT_EQ(sql("/* trace=1 */ SELECT\n\t1 -- why\n FROM t"), "SELECT ? FROM t");
  EXPECT_EQ(sql("SELECT 1 /* cut"), "SELECT ?");
  EXPECT_EQ(sql("SELECT 'cut"), "SELECT ?");
  EXPECT_EQ(sql(""), "");
}

TEST(SqlTemplate, TellsParametersApartUnlessTheyWereErased) {
  const Templated a = sqlTemplate("x = 1 AND y = 'b'"), b = sqlTemplate("x = 2 AND y = 'b'");
  EXPECT_EQ(a.text, b.text);
  EXPECT_NE(a.parametersHash, b.parametersHash);
  EXPECT_EQ(a.parameters, 2u);
  EXPECT_FALSE(a.erased);
  EXPECT_TRUE(sqlTemplate("x = ?").erased);
  EXPECT_FALSE(sqlTemplate("SELECT now()").erased);
}

TEST(SqlTemplate, OnePlaceholderIsEnoughForTheValuesToBeUnknown) {
  EXPECT_TRUE(sqlTemplate("SELECT * FROM t WHERE id = $1 LIMIT 1").erased);
  EXPECT_TRUE(sqlTemplate("SELECT * FROM t WHERE id = %(id_1)s AND kind = 'a'").erased);
}

TEST(SqlTemplate, ARedactedValueIsAPlaceholder) {
  for (const std::string_view text : {"a = '?'", "a = '***'", "a = 'REDACTED'", "a = '<redacted>'", "a = '[Filtered]'", "a = 'xxxx'"}) {
    EXPECT_TRUE(sqlTemplate(text).erased) << text;
    EXPECT_EQ(sql(text), "a = ?") << text;
  }
  for (const std::string_view text : {"a = 'x'", "a = ''", "a = 'removed it'", "a = 'red'"}) {
    EXPECT_FALSE(sqlTemplate(text).erased) << text;
  }
}

TEST(SqlTemplate, FiltersInJsonAreTakenApart) {
  EXPECT_EQ(sql(R"({"find":"users","filter":{"_id":17}})"), R"({"find":?,"filter":{"_id":?}})");
  EXPECT_EQ(sql(R"({"_id": {"$in": ["a", "b"]}, "n": -3})"), R"({"_id": {"$in": [?]}, "n": ?})");
  EXPECT_NE(sqlTemplate(R"({"_id":17})").parametersHash, sqlTemplate(R"({"_id":18})").parametersHash);
  EXPECT_FALSE(sqlTemplate(R"({"_id":17})").erased);
  EXPECT_TRUE(sqlTemplate(R"({"_id":"?"})").erased);
}

TEST(UrlTemplate, RedactedValuesAreUnknown) {
  EXPECT_TRUE(urlTemplate("http://a/b?sig=REDACTED").erased);
  EXPECT_TRUE(urlTemplate("http://a/users/{id}").erased);
  EXPECT_FALSE(urlTemplate("http://a/b?q=x").erased);
}

TEST(UrlTemplate, IdsAndValuesGo) {
  EXPECT_EQ(url("https://u:p@api.shop:8080/v2/users/42/orders/9f1c2d3e?page=3&q=x#top"),
            "api.shop:8080/v2/users/{id}/orders/{id}?page=?&q=?");
  EXPECT_EQ(url("/item/3fa85f64-5717-4562-b3fc-2c963f66afa6"), "/item/{id}");
  EXPECT_EQ(url("/users/:id/cart"), "/users/:id/cart");
  EXPECT_EQ(url("/a/b"), "/a/b");
  EXPECT_NE(urlTemplate("/u/1").parametersHash, urlTemplate("/u/2").parametersHash);
}

TEST(NameTemplate, KeepsNamesAndDropsIds) {
  EXPECT_EQ(name("GET /users/17"), "GET /users/{id}");
  EXPECT_EQ(name("cart.v2.GetItems"), "cart.v2.GetItems");
  EXPECT_EQ(name("op3"), "op3");
  EXPECT_EQ(name("process order-12345"), "process order-{id}");
  EXPECT_EQ(name("SELECT * FROM t WHERE id = 5"), "SELECT * FROM t WHERE id = ?");
  EXPECT_EQ(name("selection of 5 best"), "selection of {id} best");
  EXPECT_EQ(name(""), "");
}

TEST(LooksLikeId, TellsIdsFromNames) {
  for (const std::string_view id : {"7", "deadbeef12", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "01H8XGJWBWBAQ4Z5T9"}) {
    EXPECT_TRUE(looksLikeId(id)) << id;
  }
  for (const std::string_view word : {"", "cafe", "checkout-service", "v1", "http2", "getUserById2"}) {
    EXPECT_FALSE(looksLikeId(word)) << word;
  }
}

TEST(Templates, HashesAreTheSameEverywhere) {
  EXPECT_EQ(stableHash("waybill"), stableHash("waybill"));
  EXPECT_NE(stableHash("a", 1), stableHash("a", 2));
  EXPECT_NE(mixHash(1, 2), mixHash(2, 1));
}

SpanSemantics semanticsOf(std::string_view attributes) {
  const auto snapshot = snapshotOf("a op 0..9ms CLIENT {" + std::string(attributes) + "}");
  static std::vector<std::shared_ptr<const store::Snapshot>> alive;  // the texts point into it
  alive.push_back(snapshot);
  return readSemantics(*snapshot, SpanRow(0));
}

TEST(SpanSemantics, ReadsNewAndOldNames) {
  EXPECT_EQ(semanticsOf("db.system.name=postgresql").dbSystem, "postgresql");
  EXPECT_EQ(semanticsOf("db.system=mysql").dbSystem, "mysql");
  EXPECT_EQ(semanticsOf("db.system=old, db.system.name=new").dbSystem, "new");
  EXPECT_EQ(semanticsOf("db.system.name=new, db.system=old").dbSystem, "new");
  EXPECT_EQ(semanticsOf("http.status_code=503").httpStatus, 503);
  EXPECT_EQ(semanticsOf("http.request.method=GET, url.full=http://a/b").url, "http://a/b");
  EXPECT_EQ(semanticsOf("http.request.resend_count=2").resendCount, 2);
  EXPECT_TRUE(semanticsOf("faas.coldstart=true").coldStart);
  EXPECT_EQ(semanticsOf("http.response.body.size=300000").responseBytes, 300'000);
  EXPECT_EQ(semanticsOf("db.client.connection.wait_time=12").poolWaitNs, 12'000'000);
  EXPECT_EQ(semanticsOf("cache.hit=false").cacheHit, std::optional(false));
  EXPECT_FALSE(semanticsOf("a=b").cacheHit.has_value());
}

TEST(SpanSemantics, SaysWhatKindOfCallItIs) {
  EXPECT_TRUE(semanticsOf("db.statement=x").isDatabase());
  EXPECT_TRUE(semanticsOf("http.method=GET").isHttp());
  EXPECT_TRUE(semanticsOf("rpc.system=grpc").isRpc());
  EXPECT_TRUE(semanticsOf("messaging.system=kafka").isMessaging());
  EXPECT_TRUE(semanticsOf("rpc.grpc.status_code=4").timedOut());
  EXPECT_TRUE(semanticsOf("error.type=java.net.SocketTimeoutException").timedOut());
  EXPECT_FALSE(semanticsOf("http.status_code=500").timedOut());
}

TEST(CallTemplate, IsOneForCallsThatDifferInParameters) {
  const auto callOf = [](std::string_view attributes) {
    const TraceTree tree = treeOf("a op 0..9ms CLIENT {" + std::string(attributes) + "}");
    SemanticsReader reader(tree);
    return reader.callOf(NodeIndex(0));
  };
  const CallTemplate a = callOf("db.system=mysql, db.statement=SELECT 1"), b = callOf("db.system=mysql, db.statement=SELECT 2");
  EXPECT_EQ(a.key, b.key);
  EXPECT_NE(a.what.parametersHash, b.what.parametersHash);
  EXPECT_NE(a.key, callOf("db.system=oracle, db.statement=SELECT 1").key);
  EXPECT_EQ(callOf("http.method=GET, http.url=http://a/u/1").key, callOf("http.method=GET, http.url=http://a/u/2").key);
  EXPECT_TRUE(callOf("rpc.system=grpc, rpc.service=Cart, rpc.method=Get").what.erased);
  EXPECT_EQ(callOf("rpc.system=grpc, rpc.service=Cart, rpc.method=Get").what.text, "Cart/Get");
}

}  // namespace
}  // namespace waybill::analysis
