package dev.troupe.sql.session;

import dev.troupe.protocol.model.Key;
import dev.troupe.protocol.model.KeySpan;
import dev.troupe.protocol.spi.ClusterAdmin;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.schema.AccessObject;
import dev.troupe.sql.schema.SchemaCatalog;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.cast.Cast;
import dev.troupe.sql.type.cast.Casts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * ALTER TABLE and ALTER INDEX with SPLIT AT: each row gives the leading columns of a key that shall
 * begin a range; and with UNSPLIT AT or ALL: such keys need not do so any more. Done at once,
 * whatever becomes of the transaction, and done already when it is so. Used by the session's
 * thread.
 */
final class SplitStatements {
  /** So many borders may be asked for in a statement. */
  private static final int BORDERS_MAX = 10_000;

  /** Splits under way for one statement. */
  private static final int AT_ONCE = 8;

  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;
  private final SessionTypes types;

  SplitStatements(SessionParts parts, Planner planner, PortalRows rows, SessionTypes types) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
    this.types = types;
  }

  static boolean splits(SchemaStatement.Alter statement) {
    return (statement.kind() == ObjectKind.TABLE || statement.kind() == ObjectKind.INDEX)
        && statement.actions().size() == 1
        && (statement.actions().getFirst() instanceof AlterAction.SplitAt
            || statement.actions().getFirst() instanceof AlterAction.UnsplitAt);
  }

  UtilityResult run(SchemaStatement.Alter statement) {
    SchemaCatalog catalog = parts.transaction().schema(false);
    RangeTarget target = RangeTarget.find(catalog, statement.kind(), statement.name());
    AccessObject object = AccessObject.of(target.table());
    if (!catalog.rights().hasRightsOf(object.owner())) {
      throw SqlException.of(
          SqlState.INSUFFICIENT_PRIVILEGE, "must be owner of table %s", target.table().name());
    }
    ClusterAdmin admin = parts.node().admin().get();
    switch (statement.actions().getFirst()) {
      case AlterAction.SplitAt at -> split(admin, borders(at.rows(), at.position(), target));
      case AlterAction.UnsplitAt at -> {
        Query rows = at.rows();
        if (rows == null) {
          ClusterAnswers.await(parts, admin.liftBorders(target.span()));
        } else {
          for (Key key : borders(rows, at.position(), target)) {
            ClusterAnswers.await(parts, admin.liftBorders(KeySpan.of(key)));
          }
        }
      }
      case AlterAction other -> throw new IllegalArgumentException("not about borders: " + other);
    }
    return UtilityResult.done("ALTER " + statement.kind().name());
  }

  private void split(ClusterAdmin admin, List<Key> borders) {
    var pending = new ArrayDeque<CompletionStage<?>>();
    for (Key key : middlesFirst(borders)) {
      if (pending.size() == AT_ONCE) {
        ClusterAnswers.await(parts, pending.remove());
      }
      pending.add(admin.splitRange(key));
    }
    while (!pending.isEmpty()) {
      ClusterAnswers.await(parts, pending.remove());
    }
  }

  /**
   * The keys in an order in which neighbours are far from each other: the middle of all, the
   * middles of its two sides, and so on. One range does one split after the other, several do
   * theirs at the same time.
   */
  static List<Key> middlesFirst(List<Key> keys) {
    List<Key> sorted = keys.stream().distinct().sorted().toList();
    List<Key> order = new ArrayList<>(sorted.size());
    var sides = new ArrayDeque<List<Key>>();
    sides.add(sorted);
    while (!sides.isEmpty()) {
      List<Key> side = sides.remove();
      if (!side.isEmpty()) {
        int middle = side.size() / 2;
        order.add(side.get(middle));
        sides.add(side.subList(0, middle));
        sides.add(side.subList(middle + 1, side.size()));
      }
    }
    return order;
  }

  private List<Key> borders(Query given, int position, RangeTarget target) {
    Plan plan = planner.plan(new QueryStatement(given), "", List.of());
    List<Cast> casts = casts(Objects.requireNonNull(plan.columns()), target, position);
    var keys = new ArrayList<Key>();
    try (var cursor = new RowCursor(rows.open(plan, new @Nullable Object[0], null))) {
      for (@Nullable Object[] row = cursor.next(); row != null; row = cursor.next()) {
        if (keys.size() == BORDERS_MAX) {
          throw SqlException.of(
              SqlState.PROGRAM_LIMIT_EXCEEDED,
              "a table is split at no more than %s places at once",
              BORDERS_MAX);
        }
        keys.add(target.layout().startOf(converted(row, casts)));
      }
    }
    return keys;
  }

  private List<Cast> casts(List<ResultColumn> given, RangeTarget target, int position) {
    IndexDescriptor index = target.layout().index();
    if (given.size() > index.keys().size()) {
      throw SqlException.of(
              SqlState.SYNTAX_ERROR,
              "index \"%s\" has %s key columns, and rows of %s values are given",
              index.name(),
              index.keys().size(),
              given.size())
          .at(position);
    }
    var casts = new ArrayList<Cast>();
    for (int i = 0; i < given.size(); i++) {
      SqlType from = given.get(i).type();
      SqlType to = column(target, index.keys().get(i).column()).type();
      Cast cast = Casts.find(from, to);
      if (cast == null) {
        throw Casts.none(from, to).at(position);
      }
      casts.add(cast);
    }
    return casts;
  }

  private static ColumnDescriptor column(RangeTarget target, int id) {
    return target.table().columns().stream()
        .filter(column -> column.id() == id)
        .findFirst()
        .orElseThrow();
  }

  private @Nullable Object[] converted(@Nullable Object[] row, List<Cast> casts) {
    var values = new @Nullable Object[casts.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = row[i];
      values[i] = value == null ? null : casts.get(i).apply(value, types.session());
    }
    return values;
  }
}
