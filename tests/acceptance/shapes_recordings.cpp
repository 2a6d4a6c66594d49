// SPDX-FileCopyrightText: Waybill contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "acceptance/shapes.h"

// Recordings that hold more than requests, or less.
namespace waybill::acceptance {
namespace {

using sim::Stream;

struct AnyStream {
  Protocol protocol;
  Stream stream;
  const char* text;
};

AnyStream anyStream(Scene& s) {
  return s.oneOf<AnyStream>({{Protocol::Http, Stream::ServerSentEvents, "server-sent events"},
                             {Protocol::Http, Stream::WebSocket, "a WebSocket"},
                             {Protocol::Grpc, Stream::RpcMessages, "a gRPC stream"},
                             {Protocol::External, Stream::LongPoll, "a long poll"},
                             {Protocol::Http, Stream::LongPoll, "a long poll"},
                             {Protocol::Consumer, Stream::Receive, "receiving messages"}});
}

// No two last alike.
Spread conversation(Scene& s) {
  return {s.usualMs * s.pick(1.5, 20), s.pick(0.9, 1.4)};
}

uint32_t addStream(Scene& s, const AnyStream& of) {
  const uint32_t id = s.add(of.protocol, conversation(s));
  s.operation(id).stream = of.stream;
  return id;
}

// Now and then something happens in it.
void converse(Scene& s, uint32_t operation) {
  for (uint32_t i = 0, count = s.count(0, 3); i < count; ++i) {
    s.system.append(operation, s.system.call(s.addLeaf({s.pick(0.3, 3), 0.2})));
    s.system.append(operation, s.system.compute(conversation(s)));
  }
}

Plant onlyAStream(Scene& s) {
  AnyStream of = anyStream(s);
  uint32_t stream = s.system.entry;
  const bool isRoot = s.chance(0.5);
  if (isRoot) {
    while (of.protocol != Protocol::Http) of = anyStream(s);
    s.operation(stream).stream = of.stream;
    s.system.append(stream, s.system.compute(conversation(s)));
    converse(s, stream);
  } else {
    stream = addStream(s, of);
    if (sim::hasTwoSides(of.protocol)) converse(s, stream);
    s.plant(s.system.call(stream));
  }
  Plant plant = s.same(std::string(of.text) + (isRoot ? " is the request" : " is waited for"));
  plant.innocent = {stream};
  plant.mediumIsFine = true;
  plant.wantsExactTimes = true;
  plant.crowdSize = of.stream == Stream::LongPoll || s.chance(0.5) ? kOthers + 10 : 0;
  return plant;
}

}  // namespace

Plant streams(Scene& s, bool real) {
  if (!real) return onlyAStream(s);
  const bool isBeside = s.chance(0.6);
  const Fault fault = Fault::add(s, s.oneOf({Where::Own, Where::Leaf, Where::Edge}), s.pick(0.58, 0.88));
  Plant plant;
  if (isBeside) {
    const AnyStream of = anyStream(s);
    const uint32_t stream = addStream(s, of);
    s.plantOffPath(s.system.call(stream));
    plant = s.same("a fault beside " + std::string(of.text));
    plant.innocent = {stream};
  } else {
    s.operation(fault.operation).notes = s.count(1, 4);
    plant = s.same("a slow step that logs a little is no stream");
  }
  fault.plantInto(plant);
  setOthers(plant, anyOthers(s), fault.without(plant.judged));
  return plant;
}

Plant allSlow(Scene& s, bool real) {
  if (!real) return flatPlant(s, "time spread evenly over many steps");
  const Fault fault = Fault::anywhere(s, s.pick(0.58, 0.88));
  constexpr const char* kPlaces[] = {"own code", "a dependency", "an edge"};
  Plant plant = s.same(kPlaces[static_cast<size_t>(fault.where)]);
  fault.plantInto(plant);
  setOthers(plant, Others::Slow, fault.without(plant.judged));
  plant.crowdSize = s.count(25, 50);
  return plant;
}

Plant lostRoot(Scene& s, bool real) {
  Plant plant;
  if (real) {
    if (s.site == s.system.entry) {
      const Protocol protocol = s.oneOf({Protocol::Function, Protocol::Grpc, Protocol::Http});
      const uint32_t below = s.add(protocol, {s.pick(0.5, 4), 0.2});
      s.plant(s.system.call(below));
      s.site = below;
    }
    for (uint32_t i = 0, count = s.count(1, 2); i < count; ++i) {
      const uint32_t sibling = s.addRemote({s.pick(1, 4), 0.2});
      s.system.insert(s.system.entry, s.chance(0.5) ? 0 : 1000, s.system.call(sibling));
    }
    const Fault fault = Fault::anywhere(s, s.pick(0.6, 0.88));
    plant = s.same("the root is missing");
    fault.plantInto(plant);
    setOthers(plant, anyOthers(s), fault.without(plant.judged));
  } else {
    plant = flatPlant(s, "the root is missing, time spread evenly");
  }
  plant.losesRoot = true;
  plant.othersLoseRoots = s.chance(0.5);
  return plant;
}

Plant unknownTimes(Scene& s, bool real) {
  const double unknownMs = real ? s.pick(0.5, 4) : s.ms(s.pick(0.5, 0.8));
  const uint32_t unknown = s.addLeaf({unknownMs, 0.15});
  s.plant(s.system.call(unknown));
  const uint32_t parent = s.site;
  Plant plant;
  if (real) {
    const Fault fault = Fault::anywhere(s, s.pick(0.6, 0.88));
    plant = s.same("a span without known times beside the fault");
    fault.plantInto(plant);
    setOthers(plant, anyOthers(s), fault.without(plant.judged));
  } else {
    plant = s.same("nobody knows how long the longest span took");
    plant.crowdSize = s.chance(0.5) ? kOthers : 0;
    plant.partlyUnknown = {parent};
    plant.wantsExactTimes = true;
  }
  plant.innocent = {unknown};
  plant.unknownTimes = {unknown};
  plant.lowConfidenceIsFine = true;
  return plant;
}

}  // namespace waybill::acceptance
