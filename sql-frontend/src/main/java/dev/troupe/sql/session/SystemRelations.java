package dev.troupe.sql.session;

import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.protocol.spi.ClusterAdmin.LoadStatus;
import dev.troupe.protocol.spi.ClusterAdmin.NodeStatus;
import dev.troupe.protocol.spi.ClusterAdmin.RangeStatus;
import dev.troupe.protocol.spi.ClusterEvents;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.VirtualRelations;
import dev.troupe.sql.vtable.SystemState;
import dev.troupe.sql.vtable.VirtualCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The virtual tables of this node, and what they show of it. */
final class SystemRelations implements SystemState {
  private static final long ANSWER_SECONDS_MAX = 10;
  private static final int EVENTS_MAX = 10_000;

  private static final double NANOS_PER_MILLI = 1e6;

  private final SessionRegistry sessions;
  private final StatementBook statements;
  private final Supplier<ClusterAdmin> admin;

  private SystemRelations(
      SessionRegistry sessions, StatementBook statements, Supplier<ClusterAdmin> admin) {
    this.sessions = sessions;
    this.statements = statements;
    this.admin = admin;
  }

  static VirtualRelations of(
      SessionRegistry sessions, StatementBook statements, Supplier<ClusterAdmin> admin) {
    return new VirtualCatalog(new SystemRelations(sessions, statements, admin));
  }

  @Override
  public List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (SettingDefinition each : SettingCatalog.all()) {
      settings.add(
          new Setting(
              each.name(),
              each.description(),
              each.kind().name().toLowerCase(Locale.ROOT),
              each.fixed() ? "internal" : "user",
              each.initial()));
    }
    return settings;
  }

  @Override
  public List<Session> sessions() {
    return sessions.all().stream().map(SystemRelations::shown).toList();
  }

  private static Session shown(SessionRegistry.Activity activity) {
    return new Session(
        activity.pid(),
        activity.user(),
        activity.application(),
        activity.client(),
        state(activity),
        activity.statement(),
        activity.sinceMicros(),
        null,
        activity.statement().isEmpty() ? null : activity.statementMicros());
  }

  private static String state(SessionRegistry.Activity activity) {
    if (activity.active()) {
      return "active";
    }
    return switch (activity.status()) {
      case IDLE -> "idle";
      case ACTIVE -> "idle in transaction";
      case FAILED -> "idle in transaction (aborted)";
    };
  }

  @Override
  public List<Counted> statements() {
    return statements.all().stream()
        .map(
            f ->
                new Counted(
                    f.user(),
                    f.id(),
                    f.shape(),
                    f.calls(),
                    f.rows(),
                    f.totalNanos() / NANOS_PER_MILLI,
                    f.minNanos() / NANOS_PER_MILLI,
                    f.maxNanos() / NANOS_PER_MILLI,
                    f.meanNanos() / NANOS_PER_MILLI,
                    f.deviationNanos() / NANOS_PER_MILLI))
        .toList();
  }

  @Override
  public long statementsForgotten() {
    return statements.forgotten();
  }

  @Override
  public List<NodeStatus> nodes() {
    return answer(admin.get().nodes());
  }

  @Override
  public List<RangeStatus> ranges() {
    return answer(admin.get().ranges());
  }

  @Override
  public List<LoadStatus> loads() {
    return answer(admin.get().loads());
  }

  @Override
  public List<ClusterEvents.Event> events() {
    return answer(admin.get().events().newest(EVENTS_MAX));
  }

  private static <T> List<T> answer(CompletionStage<List<T>> question) {
    try {
      return question.toCompletableFuture().orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw SqlException.of(SqlState.SYSTEM_ERROR, "the cluster does not answer: %s", e.toString());
    }
  }
}
