package dev.troupe.cluster;

import dev.troupe.placement.Move;
import dev.troupe.placement.NodeWatch;
import dev.troupe.placement.PlacementNode;
import dev.troupe.placement.PlacementNode.Standing;
import dev.troupe.placement.PlacementSettings;
import dev.troupe.placement.PlacementView;
import dev.troupe.placement.Steward;
import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.spi.MonotonicClock;
import dev.troupe.range.AdminRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the whole cluster now and then, and has moves carried out that its steward thinks out.
 * It keeps nothing: whoever takes over plans from what is there. Each order names the generation
 * that was seen, and the range's leader refuses it when it is not that any more; so two of them at
 * once do no harm.
 */
final class PlacementWorker {
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Even when nothing seems to have changed. */
  private static final long LOOK_MAX_NANOS = 60_000_000_000L;

  /** At most so often, when moves have ended and others may begin. */
  private static final long LOOK_MIN_NANOS = 2_000_000_000L;

  /** So long after a move ranges may be at rest that are then to be moved again. */
  private static final long SETTLING_NANOS = 120_000_000_000L;

  private static final long MOVE_NANOS = 600_000_000_000L;
  private static final long LEAD_NANOS = 15_000_000_000L;

  sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private record Looked(PlacementSight.@Nullable Told told, @Nullable Throwable failure)
      implements Command {}

  private record Ended(Move move, @Nullable Throwable failure) implements Command {}

  /** Has an order carried out by the leader of a range, who is believed to be on a node. */
  @FunctionalInterface
  interface Orders {
    CompletionStage<Void> give(AdminRequest order, @Nullable NodeId leader, long patienceNanos);
  }

  /**
   * What it works with.
   *
   * @param began told of every move, with what it was decided by
   * @param came told of nodes that come and go
   * @param emptied told of every decommissioning node that holds nothing any more
   * @param remind tells nodes again what is wanted of one that is up: word of it may be lost
   */
  record Parts(
      PlacementSettings settings,
      ClusterNodes nodes,
      Supplier<CompletionStage<PlacementSight.Told>> describe,
      Orders orders,
      BiConsumer<Move, PlacementView> began,
      BiConsumer<NodeId, NodePresence.State> came,
      Consumer<NodeId> emptied,
      BiConsumer<NodeId, Standing> remind,
      MonotonicClock clock) {}

  private final ActorContext<Command> context;
  private final Parts parts;
  private final Steward steward;
  private final PlacementSight sight;
  private final NodePresence presence;
  private List<NodeId> known = List.of();
  private boolean looking;
  private boolean more = true;
  private boolean waiting;
  private long lookedAt;
  private long movedAt;
  private int signature;

  private PlacementWorker(ActorContext<Command> context, Parts parts) {
    this.context = context;
    this.parts = parts;
    steward = new Steward(parts.settings());
    sight =
        new PlacementSight(
            new NodeWatch(parts.settings().timeUntilDead().toNanos()), parts.nodes()::isUp);
    presence = new NodePresence(parts.nodes(), parts.came());
    movedAt = parts.clock().nanos();
    lookedAt = movedAt - LOOK_MIN_NANOS;
  }

  static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
                  var worker = new PlacementWorker(context, parts);
                  return Behaviors.receiveMessage(worker::onCommand);
                }));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Tick m -> onTick();
      case Looked m -> onLooked(m);
      case Ended m -> onEnded(m);
    }
    return Behaviors.same();
  }

  private void onTick() {
    // Before the first look it is not known who belongs to the cluster and is away.
    if (!known.isEmpty()) {
      presence.look(known);
    }
    long now = parts.clock().nanos();
    long since = now - lookedAt;
    int ongoing = steward.ongoing().size();
    boolean room = more && ongoing <= parts.settings().movesMax() / 2 && since >= LOOK_MIN_NANOS;
    boolean due =
        since >= parts.settings().look().toNanos()
            && (waiting
                || ongoing > 0
                || now - movedAt < SETTLING_NANOS
                || parts.nodes().signature() != signature);
    if (!looking && (room || due || since >= LOOK_MAX_NANOS)) {
      looking = true;
      more = false;
      signature = parts.nodes().signature();
      context.pipeToSelf(parts.describe().get(), Looked::new);
    }
  }

  private void onLooked(Looked m) {
    looking = false;
    lookedAt = parts.clock().nanos();
    PlacementSight.Told told = m.told();
    if (told == null) {
      context.getLog().debug("the cluster could not be looked at", m.failure());
      waiting = true;
      return;
    }
    told.standings().forEach(parts.nodes()::standing);
    known = present(told);
    PlacementView view = sight.see(told, lookedAt);
    List<Move> moves = steward.look(view, lookedAt);
    waiting = isWaiting(view);
    for (Move move : moves) {
      context.getLog().info("{}", move);
      parts.began().accept(move, view);
      carryOut(move, EmptyNodes.leader(view, move.range()));
    }
    told.standings()
        .forEach(
            (node, standing) -> {
              if (parts.nodes().isUp(node)) {
                parts.remind().accept(node, standing);
              }
            });
    EmptyNodes.in(view, told).forEach(parts.emptied());
  }

  /** All nodes but those that have left for good. */
  private static List<NodeId> present(PlacementSight.Told told) {
    return told.records().stream()
        .map(NodeRecord::id)
        .filter(node -> told.standings().get(node) != Standing.DECOMMISSIONED)
        .toList();
  }

  /** Whether something may be to do soon of which nobody would tell. */
  private static boolean isWaiting(PlacementView view) {
    return view.nodes().values().stream()
        .anyMatch(
            node ->
                node.liveness() == PlacementNode.Liveness.SILENT
                    || node.standing() == Standing.DECOMMISSIONING);
  }

  private void carryOut(Move move, @Nullable NodeId leader) {
    var order = new AdminRequest.IfUnchanged(move.generation(), order(move));
    long patience = move instanceof Move.Lead ? LEAD_NANOS : MOVE_NANOS;
    context.pipeToSelf(
        parts.orders().give(order, leader, patience), (done, failure) -> new Ended(move, failure));
  }

  private static AdminRequest order(Move move) {
    return switch (move) {
      case Move.Add add -> new AdminRequest.AddReplica(add.range(), add.to());
      case Move.Remove remove -> new AdminRequest.RemoveReplica(remove.range(), remove.from());
      case Move.Replace replace ->
          new AdminRequest.MoveReplica(replace.range(), replace.from(), replace.to());
      case Move.Lead lead -> new AdminRequest.TransferLeadership(lead.range(), lead.to());
    };
  }

  private void onEnded(Ended m) {
    if (m.failure() != null) {
      context.getLog().info("not done: {}: {}", m.move(), m.failure().getMessage());
    }
    steward.ended(m.move(), m.failure() == null, parts.clock().nanos());
    more = true;
    movedAt = parts.clock().nanos();
  }
}
