package dev.troupe.loadgen.client;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The lanes of one load run. Opening does not wait for a connection. Closing ends everything. */
public final class LoadClient implements AutoCloseable {
  private final EventLoops loops;
  private final List<Lane> lanes = new ArrayList<>();

  public LoadClient(Dialect dialect, ClientOptions options) {
    this.loops = new EventLoops(options.threads());
    for (int i = 0; i < options.connections(); i++) {
      EventLoop loop = loops.next();
      LinkContext context =
          new LinkContext(loop, options.namespace(), options.timeout(), options.endpoints());
      // Lanes without a wish for the leader spread over the nodes.
      int first = options.preferLeader() ? 0 : i;
      boolean preferLeader = options.preferLeader();
      lanes.add(
          CompletableFuture.supplyAsync(
                  () -> new Lane(dialect, loops, context, preferLeader, first), loop)
              .join());
    }
  }

  public int laneCount() {
    return lanes.size();
  }

  /** Lanes are dealt out in turn. */
  public Lane lane(int index) {
    return lanes.get(index % lanes.size());
  }

  /** Sends one operation from any thread; the outcome completes the future on the lane's loop. */
  public CompletableFuture<Outcome> send(int lane, Operation operation) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Lane target = lane(lane);
    target.loop().execute(() -> target.send(operation, outcome::complete));
    return outcome;
  }

  @Override
  public void close() {
    CompletableFuture<?>[] closing =
        lanes.stream()
            .map(lane -> CompletableFuture.runAsync(lane::close, lane.loop()))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(closing).join();
    loops.close();
  }
}
