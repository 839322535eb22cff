package dev.troupe.sql.session;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.sql.schema.VirtualRelations;
import java.util.function.Supplier;

/** The virtual tables of this node. */
final class SystemRelations {
  private SystemRelations() {}

  static VirtualRelations of(SessionRegistry sessions, Supplier<ClusterAdmin> admin) {
    return VirtualRelations.NONE;
  }
}
