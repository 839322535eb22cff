package dev.troupe.control;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;

/**
 * Where the replicated journal and snapshot store of an actor system find the system range. The
 * node connects it before anything is persisted. Any thread.
 */
public final class ReplicatedStorage implements Extension {
  /** Plugin id of the journal whose events every node can read. */
  public static final String JOURNAL = "troupe.replicated-journal";

  /** Plugin id of the snapshot store that belongs to it. */
  public static final String SNAPSHOTS = "troupe.replicated-snapshot-store";

  private static final Id ID = new Id();

  private static final class Id extends AbstractExtensionId<ReplicatedStorage> {
    @Override
    public ReplicatedStorage createExtension(ExtendedActorSystem system) {
      return new ReplicatedStorage();
    }
  }

  private volatile @Nullable SystemRecords records;

  private ReplicatedStorage() {}

  public static ReplicatedStorage get(ActorSystem system) {
    return ID.get(system);
  }

  /** From now on. */
  public void connect(SystemRecords to) {
    records = to;
  }

  SystemRecords records() {
    SystemRecords connected = records;
    if (connected == null) {
      throw new TroupeException(
          ErrorCode.INTERNAL, "the replicated journal is not connected to a cluster");
    }
    return connected;
  }
}
