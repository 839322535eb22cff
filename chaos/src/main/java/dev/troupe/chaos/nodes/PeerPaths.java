package dev.troupe.chaos.nodes;

import dev.troupe.chaos.sim.SimRandom;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.transport.OutboundMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections between nodes, as the product's transport offers them: bytes, in order, never twice;
 * what was sent may be lost, at the latest when either end dies. A cut path loses what is sent, or
 * keeps it until it is mended, as a connection does that nobody resets.
 */
final class PeerPaths {
  /**
   * One message on its way.
   *
   * @param message what the bytes say; for the trace only
   */
  record Packet(SimulatedNode from, SimulatedNode to, byte[] bytes, OutboundMessage message) {
    @Override
    public String toString() {
      return message.toString();
    }
  }

  /** From one machine to another. */
  private static final class Path {
    boolean blocked;
    boolean keeping;
    long stormUntil;
    long lastArrival;
    long bytesUnderWay;
    int connection;
    final List<Packet> kept = new ArrayList<>();
  }

  private final NodeWorld world;
  private final SimRandom random;
  private final Path[][] paths;
  private boolean calm;

  PeerPaths(NodeWorld world, int machines) {
    this.world = world;
    this.random = world.random().split();
    paths = new Path[machines + 1][machines + 1];
    for (Path[] row : paths) {
      for (int i = 0; i < row.length; i++) {
        row[i] = new Path();
      }
    }
  }

  /** Sends a message from one life of a node to another's; false when the window is full. */
  boolean send(SimulatedNode from, SimulatedNode to, OutboundMessage message) {
    Path path = paths[from.number()][to.number()];
    if (path.bytesUnderWay > world.options().network().windowBytes()) {
      world.coverage().reached(NodeRare.LINK_FULL);
      return false;
    }
    var out = new ByteWriter(message.sizeHint());
    message.encode(out);
    var packet = new Packet(from, to, out.toBytes(), message);
    if (path.blocked) {
      cut(path, packet);
    } else if (lost(path)) {
      world.coverage().reached(NodeRare.MESSAGE_LOST);
    } else {
      launch(path, packet);
    }
    return true;
  }

  private void cut(Path path, Packet packet) {
    if (path.keeping) {
      path.kept.add(packet);
      path.bytesUnderWay += packet.bytes().length;
    }
  }

  private boolean lost(Path path) {
    if (calm) {
      return false;
    }
    boolean storm = world.now() < path.stormUntil;
    return random.chance(storm ? 0.4 : world.options().network().loss());
  }

  private void launch(Path path, Packet packet) {
    var network = world.options().network();
    long delay = random.between(network.delayMinNanos(), network.delayMaxNanos());
    boolean storm = world.now() < path.stormUntil;
    if (!calm && (storm || random.chance(network.spike()))) {
      delay += random.nextLong(40 * (delay + 1_000_000));
    }
    // Behind everything that is on its way: a connection keeps its order.
    path.lastArrival = Math.max(path.lastArrival + 1, world.now() + delay);
    path.bytesUnderWay += packet.bytes().length;
    int connection = path.connection;
    world
        .time()
        .after(
            path.lastArrival - world.now(),
            () -> {
              if (connection == path.connection) {
                path.bytesUnderWay -= packet.bytes().length;
                arrive(path, packet);
              }
            });
  }

  private void arrive(Path path, Packet packet) {
    if (path.blocked) {
      cut(path, packet);
    } else if (packet.to().isDead() || packet.from().isSucceeded()) {
      world.coverage().reached(NodeRare.MESSAGE_OF_FORMER_LIFE_DROPPED);
    } else {
      world.trace().add(packet.to().number(), "receive", packet, Brief.digest(packet.bytes()));
      packet.to().receive(packet);
    }
  }

  /**
   * Cuts a path.
   *
   * @param keeping whether what is sent meanwhile arrives in the end
   */
  void block(int from, int to, boolean keeping) {
    Path path = paths[from][to];
    path.blocked = true;
    path.keeping = keeping;
  }

  void storm(int from, int to, long until) {
    paths[from][to].stormUntil = until;
  }

  /** Loses what is on its way. */
  void reset(int from, int to) {
    Path path = paths[from][to];
    path.connection++;
    path.kept.clear();
    path.bytesUnderWay = 0;
  }

  void healAll() {
    for (Path[] row : paths) {
      for (Path path : row) {
        path.stormUntil = 0;
        if (path.blocked) {
          path.blocked = false;
          mend(path);
        }
      }
    }
  }

  private void mend(Path path) {
    for (Packet packet : path.kept) {
      world.coverage().reached(NodeRare.MESSAGE_HELD_AND_DELIVERED_LATE);
      path.bytesUnderWay -= packet.bytes().length;
      launch(path, packet);
    }
    path.kept.clear();
  }

  /** From now on the network loses nothing of itself. */
  void calm() {
    calm = true;
    healAll();
  }
}
