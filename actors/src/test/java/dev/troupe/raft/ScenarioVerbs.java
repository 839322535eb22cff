package dev.troupe.raft;

import dev.troupe.protocol.model.LogPosition;
import dev.troupe.protocol.model.Member;
import dev.troupe.protocol.model.Membership;
import dev.troupe.protocol.model.ReplicaId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The command language of scenario files: one handler for each verb. */
final class ScenarioVerbs {
  @FunctionalInterface
  interface Verb {
    void run(ScenarioWorld world, List<String> arguments);
  }

  private static final Map<String, Verb> VERBS = new TreeMap<>();

  static {
    VERBS.put("cluster", ScenarioVerbs::cluster);
    VERBS.put("elect", ScenarioVerbs::elect);
    VERBS.put("campaign", ScenarioVerbs::campaign);
    VERBS.put("propose", ScenarioVerbs::propose);
    VERBS.put("deliver", ScenarioVerbs::deliver);
    VERBS.put("show", ScenarioVerbs::show);
    VERBS.put("drop", (w, a) -> w.take(a.getFirst()));
    VERBS.put("cut", (w, a) -> w.cut.addAll(a));
    VERBS.put("partition", ScenarioVerbs::partition);
    VERBS.put("heal", (w, a) -> w.cut.clear());
    VERBS.put("duplicate", ScenarioVerbs::duplicate);
    VERBS.put("reverse", ScenarioVerbs::reverse);
    VERBS.put("keep", ScenarioVerbs::keep);
    VERBS.put("replay", ScenarioVerbs::replay);
    VERBS.put("hold-disk", (w, a) -> each(a, id -> w.replica(id).autoSync = false));
    VERBS.put("free-disk", ScenarioVerbs::freeDisk);
    VERBS.put("persist", ScenarioVerbs::persist);
    VERBS.put("hold-apply", (w, a) -> each(a, id -> w.replica(id).autoApply = false));
    VERBS.put("apply", ScenarioVerbs::apply);
    VERBS.put("crash", (w, a) -> each(a, id -> w.replica(id).crash()));
    VERBS.put("restart", ScenarioVerbs::restart);
    VERBS.put("tick", (w, a) -> time(w, a, false));
    VERBS.put("run", (w, a) -> time(w, a, true));
    VERBS.put("pass", (w, a) -> w.pass(nanos(a.getFirst())));
    VERBS.put("transfer", ScenarioVerbs::transfer);
    VERBS.put("add-learner", (w, a) -> join(w, a, Member.Role.LEARNER));
    VERBS.put("add-voter", (w, a) -> join(w, a, Member.Role.VOTER));
    VERBS.put("promote", (w, a) -> change(w, a, Member.Role.VOTER));
    VERBS.put("demote", (w, a) -> change(w, a, Member.Role.LEARNER));
    VERBS.put("remove", ScenarioVerbs::remove);
    VERBS.put("split", ScenarioVerbs::split);
    VERBS.put("read", ScenarioVerbs::read);
    VERBS.put("lease", ScenarioVerbs::lease);
    VERBS.put("compact", ScenarioVerbs::compact);
    VERBS.put("flush", (w, a) -> each(a, id -> w.replica(id).disk.flush()));
    VERBS.put("hold-snapshots", (w, a) -> w.snapshotsHeld = true);
    VERBS.put("snapshot", ScenarioVerbs::snapshot);
    VERBS.put("peer-lost", ScenarioVerbs::peerLost);
    VERBS.put("absent", (w, a) -> absent(w, a, true));
    VERBS.put("present", (w, a) -> absent(w, a, false));
    VERBS.put("wake", (w, a) -> each(a, id -> w.at(id, c -> c.wake(w.clock()))));
    VERBS.put("status", ScenarioVerbs::status);
    VERBS.put("log", ScenarioVerbs::log);
    VERBS.put("progress", ScenarioVerbs::progress);
  }

  private ScenarioVerbs() {}

  static void run(ScenarioWorld world, String line) {
    List<String> words = Arrays.asList(line.trim().split("\\s+"));
    Verb verb = VERBS.get(words.getFirst());
    if (verb == null) {
      throw new IllegalArgumentException(
          "unknown verb '" + words.getFirst() + "', there are " + VERBS.keySet());
    }
    verb.run(world, words.subList(1, words.size()));
  }

  // Arguments.

  private static void each(List<String> ids, java.util.function.LongConsumer action) {
    ids.forEach(id -> action.accept(id(id)));
  }

  private static long id(String word) {
    return Long.parseLong(word);
  }

  private static long nanos(String word) {
    long scale = word.endsWith("ms") ? ScenarioWorld.MS : 1000 * ScenarioWorld.MS;
    return Long.parseLong(word.replaceAll("[a-z]+", "")) * scale;
  }

  private static Set<Long> set(String word) {
    return Arrays.stream(word.split(",")).map(Long::parseLong).collect(Collectors.toSet());
  }

  // The group: cluster SIZE [option=VALUE]...

  private static void cluster(ScenarioWorld world, List<String> arguments) {
    var options = new HashMap<String, Long>();
    for (String option : arguments.subList(1, arguments.size())) {
      String[] pair = option.split("=");
      options.put(pair[0], Long.parseLong(pair[1]));
    }
    world.found(id(arguments.getFirst()), options);
  }

  private static void campaign(ScenarioWorld world, List<String> arguments) {
    world.at(id(arguments.getFirst()), core -> core.campaign(world.clock()));
  }

  private static void elect(ScenarioWorld world, List<String> arguments) {
    campaign(world, arguments);
    world.deliverAll();
  }

  // propose LEADER VALUE...

  private static void propose(ScenarioWorld world, List<String> arguments) {
    world.at(
        id(arguments.getFirst()),
        core -> {
          for (String value : arguments.subList(1, arguments.size())) {
            byte[] data = value.getBytes(StandardCharsets.UTF_8);
            answer(world, core.propose(data, world.clock()));
          }
        });
  }

  private static void answer(ScenarioWorld world, ProposeResult result) {
    world.say(
        switch (result) {
          case ProposeResult.Accepted a -> "accepted at " + a.position();
          case ProposeResult.NotLeader n ->
              "not leader" + (n.leader() == null ? "" : ", try " + n.leader().value());
          case ProposeResult.Refused r -> "refused: " + r.reason();
        });
  }

  // Network: links are written FROM->TO.

  private static void deliver(ScenarioWorld world, List<String> arguments) {
    if (arguments.isEmpty()) {
      world.deliverAll();
      return;
    }
    for (String link : arguments) {
      for (RaftMessage message : world.take(link)) {
        world.say(ScenarioWorld.print(message));
        world.deliver(message);
      }
    }
  }

  private static void show(ScenarioWorld world, List<String> arguments) {
    world.network.forEach(message -> world.say(ScenarioWorld.print(message)));
  }

  private static void partition(ScenarioWorld world, List<String> arguments) {
    String[] sides = String.join("", arguments).split("\\|");
    for (String one : sides) {
      for (String other : sides) {
        if (!one.equals(other)) {
          for (long from : set(one)) {
            set(other).forEach(to -> world.cut.add(from + "->" + to));
          }
        }
      }
    }
    world.network.removeIf(message -> world.cut.contains(ScenarioWorld.link(message)));
  }

  private static void duplicate(ScenarioWorld world, List<String> arguments) {
    var messages = world.take(arguments.getFirst());
    world.network.addAll(messages);
    world.network.addAll(messages);
  }

  private static void reverse(ScenarioWorld world, List<String> arguments) {
    world.network.addAll(world.take(arguments.getFirst()).reversed());
  }

  /** keep NAME LINK: takes what is pending on a link out of the network, for later. */
  private static void keep(ScenarioWorld world, List<String> arguments) {
    world.kept.put(arguments.get(0), world.take(arguments.get(1)));
  }

  private static void replay(ScenarioWorld world, List<String> arguments) {
    for (RaftMessage message : world.kept.get(arguments.getFirst())) {
      world.say(ScenarioWorld.print(message));
      world.deliver(message);
    }
  }

  // Disks.

  private static void persist(ScenarioWorld world, List<String> arguments) {
    TestReplica replica = world.replica(id(arguments.getFirst()));
    int writes =
        arguments.size() > 1 ? Integer.parseInt(arguments.get(1)) : replica.disk.pending.size();
    for (int i = 0; i < writes; i++) {
      world.at(replica.id.value(), core -> replica.syncOne(world.clock()));
    }
  }

  private static void freeDisk(ScenarioWorld world, List<String> arguments) {
    for (String word : arguments) {
      TestReplica replica = world.replica(id(word));
      replica.autoSync = true;
      world.at(id(word), core -> replica.syncAll(world.clock()));
    }
  }

  private static void apply(ScenarioWorld world, List<String> arguments) {
    TestReplica replica = world.replica(id(arguments.getFirst()));
    replica.autoApply = true;
    world.at(replica.id.value(), core -> replica.applyAll(world.clock()));
  }

  private static void restart(ScenarioWorld world, List<String> arguments) {
    for (String word : arguments) {
      TestReplica replica = world.replica(id(word));
      if (replica.up()) {
        replica.crash();
      }
      replica.start(world.clock());
      replica.perform(world.clock());
    }
  }

  private static void compact(ScenarioWorld world, List<String> arguments) {
    TestReplica replica = world.replica(id(arguments.getFirst()));
    replica.compact(Long.parseLong(arguments.get(1)));
    world.say(replica.id.value() + ": log starts after " + replica.core().status().start());
  }

  // tick|run DURATION [ID,ID...]: with run, messages travel after each tick.

  private static void time(ScenarioWorld world, List<String> arguments, boolean deliver) {
    Set<Long> only = arguments.size() > 1 ? set(arguments.get(1)) : Set.of();
    world.tick(nanos(arguments.getFirst()), only, deliver);
  }

  // Membership: VERB LEADER TARGET.

  private static void transfer(ScenarioWorld world, List<String> arguments) {
    ReplicaId target = new ReplicaId(id(arguments.get(1)));
    world.at(id(arguments.getFirst()), core -> core.transferLeadership(target, world.clock()));
  }

  private static void join(ScenarioWorld world, List<String> arguments, Member.Role role) {
    if (!world.replicas.containsKey(id(arguments.get(1)))) {
      world.add(id(arguments.get(1)), LogPosition.ZERO, Membership.EMPTY);
    }
    change(world, arguments, role);
  }

  private static void change(ScenarioWorld world, List<String> arguments, Member.Role role) {
    Member member = ScenarioWorld.member(id(arguments.get(1)), role);
    world.at(
        id(arguments.getFirst()),
        core ->
            answer(world, core.proposeMembership(core.membership().with(member), world.clock())));
  }

  private static void remove(ScenarioWorld world, List<String> arguments) {
    ReplicaId target = new ReplicaId(id(arguments.get(1)));
    world.at(
        id(arguments.getFirst()),
        core ->
            answer(
                world, core.proposeMembership(core.membership().without(target), world.clock())));
  }

  private static void split(ScenarioWorld world, List<String> arguments) {
    world.at(
        id(arguments.getFirst()),
        core -> answer(world, core.proposeSplit(new byte[0], world.clock())));
  }

  // Reads.

  private static void read(ScenarioWorld world, List<String> arguments) {
    long number = world.readNumber(arguments.get(1));
    world.at(id(arguments.getFirst()), core -> core.readIndex(number, world.clock()));
  }

  private static void lease(ScenarioWorld world, List<String> arguments) {
    RaftCore core = world.replica(id(arguments.getFirst())).core();
    long left = core.leaseUntil() - world.clock();
    boolean none = core.leaseUntil() == Long.MIN_VALUE || left <= 0;
    world.say(none ? "no lease" : "lease for " + left / ScenarioWorld.MS + "ms more");
  }

  // snapshot announced|arrives|lost

  private static void snapshot(ScenarioWorld world, List<String> arguments) {
    if (arguments.getFirst().equals("announced")) {
      world.announceSnapshot(world.snapshots.getFirst());
      return;
    }
    world.deliverSnapshot(world.snapshots.removeFirst(), arguments.getFirst().equals("arrives"));
  }

  private static void peerLost(ScenarioWorld world, List<String> arguments) {
    ReplicaId peer = new ReplicaId(id(arguments.get(1)));
    world.at(id(arguments.getFirst()), core -> core.peerLost(peer, world.clock()));
  }

  private static void absent(ScenarioWorld world, List<String> arguments, boolean gone) {
    ReplicaId peer = new ReplicaId(id(arguments.get(1)));
    world.at(id(arguments.getFirst()), core -> core.absent(peer, gone, world.clock()));
  }

  // Looking.

  private static void status(ScenarioWorld world, List<String> arguments) {
    for (TestReplica replica : world.replicas.values()) {
      long id = replica.id.value();
      if (!arguments.isEmpty() && !arguments.contains(Long.toString(id))) {
        continue;
      }
      if (!replica.up()) {
        world.say(id + " is down");
        continue;
      }
      RaftStatus s = replica.core().status();
      world.say(
          "%d %s t%d leader %s log %s..%s commit %d applied %d %s%s%s"
              .formatted(
                  id,
                  s.role(),
                  s.term(),
                  s.leader() == null ? "-" : Long.toString(s.leader().value()),
                  s.start(),
                  s.last(),
                  s.commit(),
                  s.applied(),
                  ScenarioWorld.print(s.membership()),
                  s.membershipPending() ? " pending" : "",
                  s.quiesced() ? " quiesced" : ""));
    }
  }

  private static void log(ScenarioWorld world, List<String> arguments) {
    TestReplica replica = world.replica(id(arguments.getFirst()));
    world.say(
        "stored "
            + ScenarioWorld.print(List.copyOf(replica.disk.log.values()))
            + " term "
            + replica.disk.hardState.term()
            + " vote "
            + (replica.disk.hardState.vote() == null
                ? "-"
                : Long.toString(replica.disk.hardState.vote().value())));
  }

  private static void progress(ScenarioWorld world, List<String> arguments) {
    for (var p : world.replica(id(arguments.getFirst())).core().status().progress()) {
      world.say(
          p.replica().value()
              + " matched "
              + p.matched()
              + (p.recentlyActive() ? "" : " silent")
              + (p.inSnapshot() ? " needs snapshot" : ""));
    }
  }
}
