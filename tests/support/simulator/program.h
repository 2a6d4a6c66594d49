// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/simulator/draws.h"

// What a simulated system does: services with operations, and each operation's program.
namespace waybill::test::sim {

enum class StepKind : uint8_t {
  Compute,   // own time of the operation; no span
  Call,      // of one operation, waited for
  Serial,    // steps one after another
  Parallel,  // steps at once, joined at the last
  Async,     // steps that nobody waits for
  Loop,      // steps again and again, see lanes
  Retry,     // a call whose first attempts fail
  Either,    // the first step with probability `chance`, else the second (if any)
  Publish,   // messages to a queue, see messages; a consumer takes them later
  Mirror,    // steps, and a leaf span of `operation` over the same time: a framework's handler, a filter
};

enum class Collapse : uint8_t {
  None,
  Batch,       // one call as long as the longest, and a tenth of the others
  CapSlowest,  // the last of parallel iterations is not waited for
};

enum class AttemptEnd : uint8_t { Timeout, Error };

struct Step {
  StepKind kind = StepKind::Compute;
  // The key of its draws. A fix is an edited copy of a program that keeps the ids: whatever it does not
  // change lasts as long as before.
  uint32_t id = 0;
  std::vector<Step> steps = {};

  Spread time = {};  // Compute; Loop: between iterations; Retry: back-off; Publish: until it is consumed
  uint32_t operation = 0;  // Call, Retry, Mirror; Publish: the consumer's
  uint32_t times = 1;      // Loop: iterations; Retry: attempts; Publish: messages
  uint32_t lanes = 1;      // Loop: how many iterations run at once: 1 in series, a pool's ceiling, all
  Collapse collapse = Collapse::None;  // Loop
  bool anyOrder = false;               // Serial: each request does the steps in another order
  double chance = 1;                   // Either

  // Call, and the call in a Loop
  bool fails = false;           // the callee ends with an error
  bool sameParameters = false;  // every call asks for the same thing
  uint64_t target = 0;          // which thing: equal ones are equal calls; 0: one of its own

  // Loop: one iteration's callee needs so much longer
  uint32_t slowIteration = UINT32_MAX;
  Spread slowBy = {};

  // Retry
  AttemptEnd attemptEnd = AttemptEnd::Timeout;
  double limitMs = 0;         // after which the caller gives up an attempt
  uint32_t firstAttempt = 0;  // attempts before it are left out: what the fix does
  bool saysResend = false;    // http.request.resend_count
  bool calleeGoesOn = true;   // the callee does not notice that nobody waits
  bool lastFails = false;
  bool calleeStalls = true;     // what makes it too late is its own time; else it is late by its program
  double outlivesBy = 0;        // so many limits after its caller it ends; 0: 0.4 to 1.4
  bool givesUpSilently = false; // no error is recorded

  // Publish
  uint32_t operationOfProducer = 0;
  Spread betweenMessages = {};
  bool consumerIsChild = true;  // of the (first) producer span; else only links tie them
  bool batch = false;           // one consumer span for all messages, linked to each
};

// A span that stands for a conversation rather than for work.
enum class Stream : uint8_t {
  None,
  ServerSentEvents,  // HTTP, text/event-stream
  WebSocket,         // HTTP, 101
  RpcMessages,       // gRPC, an event for each message
  LongPoll,          // HTTP; nothing but its durations tells
  Receive,           // a consumer waits for messages
};

enum class Protocol : uint8_t {
  Function,  // an INTERNAL span of the caller's service
  Http,      // CLIENT and SERVER spans
  Grpc,      // CLIENT and SERVER spans
  Sql,       // CLIENT span only
  Redis,     // CLIENT span only
  External,  // CLIENT span only: a web service that records nothing
  Producer,  // PRODUCER span only
  Consumer,  // CONSUMER span only
};

constexpr bool hasTwoSides(Protocol p) {
  return p == Protocol::Http || p == Protocol::Grpc;
}

struct Operation {
  uint32_t service = 0;  // of a leaf (Sql, Redis, External, Producer): the caller's
  std::string name;      // "orders", "GetQuote", a table, a topic; see span_names
  Protocol protocol = Protocol::Function;
  std::vector<Step> body = {};
  Spread edgeOut = {}, edgeBack = {};  // between the two sides, per direction
  bool unrecorded = false;             // the SERVER side and all below it have no spans

  // What its spans say
  bool literal = false;             // SQL with its parameters, not "?"
  std::string_view scope = {};      // instrumentation scope; an ORM's name
  uint32_t batchSize = 0;           // db.operation.batch.size
  bool isWrite = false;             // INSERT, POST
  std::string_view errorType = {};  // error.type of failures; empty: the protocol's usual
  bool swallowsErrors = false;      // its callers do not see its callees' failures
  Spread payloadKb = {};            // body size; none when 0
  double msPerKb = 0;               // how long each kilobyte takes
  bool cacheMiss = false;           // cache.hit=false
  Stream stream = Stream::None;
  uint32_t notes = 0;               // events that its callee's span, or its only one, writes: a log's lines
};

enum class Conventions : uint8_t { Old, New, Both };

struct Service {
  std::string name;
  Conventions conventions = Conventions::New;
  uint32_t instances = 1;
  int32_t onlyInstance = -1;  // all calls go to it
  bool coldStart = false;     // faas.coldstart on its SERVER spans
  // A process short of processor time: its own time takes so many times as long, and each call of another service waits
  // so much longer to be sent and to be read; calls without a recorded other side, if they do too.
  double slowdown = 1;
  Spread starvedEdge = {};
  bool starvesLeafCalls = true;
};

struct System {
  std::vector<Service> services;
  std::vector<Operation> operations;
  uint32_t entry = 0;  // the operation that a request is
  uint32_t lastStepId = 0;

  uint32_t addService(std::string name, Conventions conventions = Conventions::New);
  uint32_t add(Operation operation);

  // Steps with an id of their own.
  Step compute(Spread time);
  Step call(uint32_t operation);
  Step group(StepKind kind, std::vector<Step> steps);
  Step loop(Step step, uint32_t times, uint32_t lanes = 1, Spread between = {});
  Step retry(uint32_t operation, uint32_t attempts, AttemptEnd end, double limitMs, Spread backOff);
  Step publish(uint32_t producer, uint32_t consumer, Spread delay);
  Step mirrored(uint32_t leaf, Step step);

  // Appends, or inserts before position `at` of the operation's program.
  void append(uint32_t operation, Step step);
  void insert(uint32_t operation, size_t at, Step step);

  Step* find(uint32_t stepId);  // anywhere; null when there is none
  // The operation's own time, wherever it computes.
  void scaleOwnTime(uint32_t operation, double factor);
};

// The names of the two sides' spans; leaves have only the caller's.
std::string callerSpanName(const System& system, uint32_t operation);
std::string calleeSpanName(const System& system, uint32_t operation);

}  // namespace waybill::test::sim
