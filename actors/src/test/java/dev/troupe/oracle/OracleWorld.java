package dev.troupe.oracle;

import dev.troupe.protocol.model.NodeId;
import dev.troupe.protocol.model.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Oracles of several nodes around one record, in one thread, where every step is chosen from
 * outside: reads and writes of the record advance stage by stage, writes may be carried out long
 * after nobody waits for them, leadership and leases come and go, clocks jump. What is given out is
 * checked at once: unique, and above all that was given out before it was asked for.
 */
final class OracleWorld {
  static final long MS = 1_000_000;
  private static final long START_MILLIS = 1_700_000_000_000L;

  /** An operation on the record that a core waits for. */
  private static final class Operation {
    final Kind kind;
    byte @Nullable [] expected;
    byte @Nullable [] next;
    boolean proven;
    @Nullable Runnable delivery;

    Operation(Kind kind) {
      this.kind = kind;
    }
  }

  private enum Kind {
    READ_HERE,
    READ_ANYWHERE,
    SWAP
  }

  /** A draw between taking a number and confirming it. */
  private record Paused(Tenure tenure, long first, int count, long floor) {}

  /** Asked for what the record's place in the world is: node and the time it has led. */
  private record Hold(Node node, long epoch) implements LeaseHold {
    @Override
    public boolean holds() {
      return node.world().leader == node && !node.world().lapsed && node.epoch == epoch;
    }
  }

  /** One node. */
  final class Node implements OracleCore.Outside {
    final NodeId id;
    long epoch;
    long wallOffset;
    long news = -1;
    boolean retry;
    @Nullable Operation operation;
    @Nullable Tenure published;
    @Nullable Paused paused;
    OracleCore core;

    Node(int id) {
      this.id = new NodeId(id);
      core = newCore();
    }

    OracleWorld world() {
      return OracleWorld.this;
    }

    private OracleCore newCore() {
      var clock =
          new OracleClock(() -> START_MILLIS + now / MS + wallOffset, () -> now, jump -> jumps++);
      return new OracleCore(
          id,
          () -> leader == this && !lapsed ? new Hold(this, epoch) : null,
          clock,
          () -> now,
          () -> data,
          this);
    }

    @Override
    public void readHere() {
      operation = new Operation(Kind.READ_HERE);
    }

    @Override
    public void readAnywhere() {
      operation = new Operation(Kind.READ_ANYWHERE);
    }

    @Override
    public void swap(byte @Nullable [] expected, byte[] next) {
      operation = new Operation(Kind.SWAP);
      operation.expected = expected;
      operation.next = next;
    }

    @Override
    public void retryIn(long nanos) {
      retry = true;
    }

    @Override
    public void publish(@Nullable Tenure tenure) {
      published = tenure;
    }

    @Override
    public void recordIsBehind(Timestamp highWater, Timestamp seen) {
      behind++;
    }

    @Override
    public void recordIsMalformed(String why) {
      throw new AssertionError(why);
    }
  }

  final List<Node> nodes = new ArrayList<>();
  private final List<Operation> ghosts = new ArrayList<>();
  private final TreeMap<Long, Long> given = new TreeMap<>();
  private final List<String> trace = new ArrayList<>();
  private long highest;
  private byte @Nullable [] register;
  @Nullable Node leader;
  boolean lapsed;
  long now;
  Timestamp data = Timestamp.MIN;
  int jumps;
  int behind;
  int grants;
  int refusals;

  OracleWorld(int count) {
    for (int id = 1; id <= count; id++) {
      nodes.add(new Node(id));
    }
  }

  /** The steps that are possible now; each may be run once, and then the list is stale. */
  Map<String, Runnable> steps() {
    var steps = new TreeMap<String, Runnable>();
    for (Node node : nodes) {
      String at = " " + node.id.value();
      if (node.operation != null) {
        steps.put("advance" + at, () -> advance(node));
        steps.put("lose" + at, () -> lose(node));
      }
      if (node.news >= 0) {
        steps.put("news" + at, () -> deliverNews(node));
      }
      if (node.retry) {
        steps.put("retry" + at, () -> retry(node));
      }
      if (node.paused != null) {
        steps.put("confirm" + at, () -> confirm(node));
      } else if (node.published != null) {
        steps.put("draw" + at, () -> take(node, 1 + grants % 3));
      }
      steps.put("wish" + at, () -> wish(node, 1 + grants % 3));
      if (leader != node) {
        steps.put("lead" + at, () -> lead(node));
      }
    }
    if (!ghosts.isEmpty()) {
      steps.put("ghost", () -> apply(ghosts.removeFirst()));
    }
    if (leader != null) {
      steps.put(lapsed ? "renew" : "lapse", () -> lapsed = !lapsed);
    }
    return steps;
  }

  void run(String name) {
    Runnable step = steps().get(name);
    if (step == null) {
      throw new IllegalArgumentException(name + " is not possible after " + trace);
    }
    trace.add(name);
    step.run();
  }

  List<String> trace() {
    return trace;
  }

  /** Lets a node take office without trouble. */
  void settle(Node node) {
    while (isBusy(node)) {
      String kind = node.operation != null ? "advance " : node.news >= 0 ? "news " : "retry ";
      run(kind + node.id.value());
    }
  }

  boolean isBusy(Node node) {
    return node.operation != null || node.news >= 0 || node.retry;
  }

  void crash(Node node) {
    trace.add("crash " + node.id.value());
    Operation open = node.operation;
    if (open != null) {
      haunt(open);
    }
    node.operation = null;
    node.published = null;
    node.paused = null;
    node.retry = false;
    node.news = -1;
    node.epoch++;
    if (leader == node) {
      leader = null;
    }
    node.core = node.newCore();
  }

  void jump(Node node, long millis) {
    trace.add("jump " + node.id.value() + " by " + millis);
    node.wallOffset += millis;
  }

  private void lead(Node node) {
    Node before = leader;
    leader = node;
    lapsed = false;
    node.epoch++;
    node.news = 1;
    if (before != null) {
      before.news = 0;
    }
  }

  private void deliverNews(Node node) {
    boolean leads = node.news == 1;
    node.news = -1;
    node.core.onLeading(leads);
  }

  private void retry(Node node) {
    node.retry = false;
    node.core.onRetry();
  }

  private void advance(Node node) {
    Operation open = node.operation;
    if (open.delivery != null) {
      node.operation = null;
      open.delivery.run();
      return;
    }
    switch (open.kind) {
      case READ_HERE -> {
        if (open.proven) {
          byte[] seen = register;
          open.delivery = () -> node.core.onReadHere(new OracleCore.RecordRead.Found(seen));
        } else if (leader == node) {
          open.proven = true;
        } else {
          NodeId hint = leader == null ? null : leader.id;
          open.delivery = () -> node.core.onReadHere(new OracleCore.RecordRead.NotHere(hint));
        }
      }
      case READ_ANYWHERE -> {
        byte[] seen = register;
        open.delivery = () -> node.core.onReadAnywhere(new OracleCore.RecordRead.Found(seen));
      }
      case SWAP -> {
        byte[] seen = register;
        OracleCore.Swap outcome =
            apply(open) ? new OracleCore.Swap.Swapped() : new OracleCore.Swap.Differs(seen);
        open.delivery = () -> node.core.onSwapped(outcome);
      }
    }
  }

  /** The answer does not come; a write may have been done, or be done later. */
  private void lose(Node node) {
    Operation open = node.operation;
    node.operation = null;
    switch (open.kind) {
      case READ_HERE -> node.core.onReadHere(new OracleCore.RecordRead.Failed());
      case READ_ANYWHERE -> node.core.onReadAnywhere(new OracleCore.RecordRead.Failed());
      case SWAP -> {
        haunt(open);
        node.core.onSwapped(new OracleCore.Swap.Unknown());
      }
    }
  }

  private void haunt(Operation open) {
    if (open.kind == Kind.SWAP && open.delivery == null) {
      ghosts.add(open);
    }
  }

  private boolean apply(Operation swap) {
    boolean matches = Arrays.equals(register, swap.expected);
    if (matches) {
      register = swap.next;
    }
    return matches;
  }

  private void wish(Node node, int count) {
    long floor = highest;
    node.core.onWish(
        count,
        now + 1_000 * MS,
        new OracleCore.WishReply() {
          @Override
          public void granted(long first) {
            give(node, first, count, floor);
          }

          @Override
          public void refused(@Nullable NodeId holder) {
            refusals++;
          }
        });
  }

  private void take(Node node, int count) {
    Tenure tenure = node.published;
    long floor = highest;
    long millis = START_MILLIS + now / MS + node.wallOffset;
    long first = tenure.window().take(count, millis);
    if (first == TimestampWindow.NONE) {
      if (tenure.askExtension()) {
        node.core.onWindowLow();
      }
    } else {
      node.paused = new Paused(tenure, first, count, floor);
    }
  }

  private void confirm(Node node) {
    Paused draw = node.paused;
    node.paused = null;
    if (draw.tenure().lawful()) {
      give(node, draw.first(), draw.count(), draw.floor());
    }
  }

  /** Whether a given number is right, given the highest that was out when it was asked for. */
  private void give(Node node, long first, int count, long floor) {
    long end = first + count - 1;
    grants++;
    if (first <= floor) {
      throw new AssertionError(
          node.id + " gave " + first + " after " + floor + " was given: " + trace);
    }
    Map.Entry<Long, Long> below = given.floorEntry(end);
    if (below != null && below.getValue() >= first) {
      throw new AssertionError(node.id + " gave " + first + " a second time: " + trace);
    }
    given.put(first, end);
    highest = Math.max(highest, end);
  }

  OracleRecord record() {
    return OracleRecord.decode(register);
  }

  /** Puts another record into the place of the present one, as an operator may by a restore. */
  void restore(OracleRecord old) {
    register = old.encode();
  }

  long highest() {
    return highest;
  }
}
