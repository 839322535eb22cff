package dev.troupe.node.boot;

import dev.troupe.node.ClusterStarter;
import dev.troupe.node.NodeIdentity;
import dev.troupe.node.metrics.NodeMetrics;
import dev.troupe.protocol.trace.Tracer;
import dev.troupe.transport.LinkFilter;
import dev.troupe.transport.PeerSocket;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The storage of a node as its process sees it: a stamped directory, and a cluster part that runs
 * on it. Opened before anything else, closed after everything else.
 */
public interface NodeStore extends AutoCloseable {
  Path directory();

  /** Unique to the directory, known before the node has an identity. */
  String storeId();

  /** Empty until {@link #stamp}. */
  Optional<NodeIdentity> identity();

  /**
   * Records durably who the node is.
   *
   * @throws dev.troupe.protocol.error.TroupeException WRONG_CLUSTER when it is somebody else
   */
  void stamp(NodeIdentity identity);

  /** Shows what the store says in numbers, as long as the node lives. */
  void show(NodeMetrics metrics);

  /**
   * Starts cluster parts on this store, one at a time, which hear their peers on the socket.
   *
   * @param filter what is lost between this node and others on purpose
   * @param tracer null where nothing is traced
   */
  ClusterStarter cluster(PeerSocket peers, LinkFilter filter, @Nullable Tracer tracer);

  @Override
  void close();
}
