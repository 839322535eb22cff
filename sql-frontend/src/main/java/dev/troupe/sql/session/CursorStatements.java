package dev.troupe.sql.session;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.SessionStatement;
import dev.troupe.sql.syntax.ast.SessionStatement.Direction;
import dev.troupe.sql.syntax.ast.SessionStatement.DirectionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** FETCH, MOVE and CLOSE. Cursors that were not declared with SCROLL go forward only. */
final class CursorStatements {
  private static final long ALL = Long.MAX_VALUE;

  private final SessionParts parts;
  private final Planner planner;
  private final PortalRows rows;

  CursorStatements(SessionParts parts, Planner planner, PortalRows rows) {
    this.parts = parts;
    this.planner = planner;
    this.rows = rows;
  }

  String declare(SessionStatement.DeclareCursor statement) {
    String name = statement.name().text();
    if (!statement.withHold() && parts.transaction().isImplicit()) {
      throw new SqlException(
          SqlState.NO_ACTIVE_SQL_TRANSACTION,
          "DECLARE CURSOR can only be used in transaction blocks");
    }
    if (parts.objects().portals().containsKey(name)) {
      throw SqlException.of(SqlState.DUPLICATE_CURSOR, "cursor \"%s\" already exists", name)
          .at(statement.name().position());
    }
    var query = new QueryStatement(statement.query());
    Plan plan = planner.plan(query, "", List.of());
    var portal =
        new Portal(
            new PreparedStatement(name, "", query, List.of(), true, parts.nowMicros()),
            plan,
            new @Nullable Object[0],
            plan.columns(),
            new int[] {statement.binary() ? 1 : 0},
            statement.withHold());
    rows.open(portal);
    if (statement.withHold()) {
      // Its transaction may end at any time.
      portal.requireRows().keepAll();
    } else if (Boolean.TRUE.equals(statement.scroll())) {
      portal.requireRows().keepRows();
    }
    parts.objects().portals().put(name, portal);
    return "DECLARE CURSOR";
  }

  private static List<ResultColumn> columns(Portal portal) {
    return Objects.requireNonNull(portal.columns());
  }

  Portal cursor(String name) {
    Portal found = parts.objects().portals().get(name);
    if (found == null || found.columns() == null) {
      throw SqlException.of(SqlState.INVALID_CURSOR_NAME, "cursor \"%s\" does not exist", name);
    }
    return found;
  }

  UtilityResult fetch(SessionStatement.Fetch statement) {
    Portal portal = cursor(statement.cursor().text());
    if (portal.isFresh()) {
      rows.open(portal);
    }
    RowCursor cursor = portal.requireRows();
    List<@Nullable Object[]> found = go(cursor, statement.direction());
    if (statement.move()) {
      return UtilityResult.done("MOVE " + found.size());
    }
    return UtilityResult.of("FETCH " + found.size(), columns(portal), found);
  }

  private static List<@Nullable Object[]> go(RowCursor cursor, Direction direction) {
    Long given = direction.count();
    long count = given == null ? ALL : given;
    if (direction.kind() == DirectionKind.FORWARD && count >= 0) {
      return count == 0 ? again(cursor) : forward(cursor, count);
    }
    return switch (direction.kind()) {
      case FORWARD -> backward(scrolled(cursor), -count);
      case BACKWARD ->
          count < 0
              ? forward(cursor, -count)
              : count == 0 ? again(cursor) : backward(scrolled(cursor), count);
      case ABSOLUTE -> single(scrolled(cursor).toPosition(count));
      case RELATIVE -> count > 0 ? last(forward(cursor, count), count) : relative(cursor, count);
    };
  }

  private static List<@Nullable Object[]> forward(RowCursor cursor, long count) {
    var found = new ArrayList<@Nullable Object[]>();
    while (found.size() < count) {
      @Nullable Object[] row = cursor.next();
      if (row == null) {
        break;
      }
      found.add(row);
    }
    return found;
  }

  private static List<@Nullable Object[]> backward(ScrollRows scroll, long count) {
    var found = new ArrayList<@Nullable Object[]>();
    while (found.size() < count) {
      @Nullable Object[] row = scroll.previous();
      if (row == null) {
        break;
      }
      found.add(row);
    }
    return found;
  }

  private static List<@Nullable Object[]> again(RowCursor cursor) {
    return single(scrolled(cursor).present());
  }

  private static List<@Nullable Object[]> relative(RowCursor cursor, long count) {
    ScrollRows scroll = scrolled(cursor);
    return single(count == 0 ? scroll.present() : scroll.toPosition(scroll.position() + count));
  }

  private static List<@Nullable Object[]> last(List<@Nullable Object[]> found, long count) {
    return found.size() < count ? List.of() : single(found.getLast());
  }

  private static List<@Nullable Object[]> single(@Nullable Object @Nullable [] row) {
    var found = new ArrayList<@Nullable Object[]>();
    if (row != null) {
      found.add(row);
    }
    return found;
  }

  private static ScrollRows scrolled(RowCursor cursor) {
    ScrollRows scroll = cursor.scroll();
    if (scroll == null) {
      throw new SqlException(
              SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "cursor can only scan forward")
          .withHint("Declare it with SCROLL option to enable backward scan.");
    }
    return scroll;
  }

  String close(SessionStatement.CloseCursor statement) {
    if (statement.cursor() == null) {
      parts.objects().portals().values().removeIf(Portal::close);
      return "CLOSE CURSOR ALL";
    }
    String name = statement.cursor().text();
    cursor(name).close();
    parts.objects().portals().remove(name);
    return "CLOSE CURSOR";
  }
}
