package dev.troupe.sql.analyze;

import dev.troupe.sql.analyze.ScopeTable.ScopeColumn;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.plan.SqlExpr;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a statement does with relations while it is bound. Columns count as read when
 * something names them, so that a change that computes nothing of a row need not be allowed to read
 * it.
 */
final class AccessUses {
  private final Map<Subject, Use> uses = new LinkedHashMap<>();

  /** What columns of the plan are columns of. */
  private final Map<Integer, Source> sources = new HashMap<>();

  /** Owner of the view that is being bound; null: the statement itself is. */
  private @Nullable String owner;

  private record Subject(long relation, @Nullable String owner) {}

  private record Source(Use use, int number) {}

  /** What is done with one relation in one name. */
  static final class Use {
    private final Set<Access.Kind> kinds = EnumSet.noneOf(Access.Kind.class);
    private final Set<Access.Column> columns = new LinkedHashSet<>();

    void add(Access.Kind kind) {
      kinds.add(kind);
    }

    void add(Access.Kind kind, int column) {
      kinds.add(kind);
      columns.add(new Access.Column(kind, column));
    }
  }

  /** Whether a text is being bound that is kept in the catalog. */
  boolean insideView() {
    return owner != null;
  }

  /** Binds what is done in another name. */
  <T> T inNameOf(String viewOwner, java.util.function.Supplier<T> work) {
    String before = owner;
    owner = viewOwner;
    try {
      return work.get();
    } finally {
      owner = before;
    }
  }

  Use of(Relation relation) {
    return uses.computeIfAbsent(new Subject(relation.id(), owner), subject -> new Use());
  }

  /** Says what the columns of a relation that is looked at are in the plan. */
  void watch(Use use, int column, int number) {
    sources.put(column, new Source(use, number));
  }

  /** Something names a value; it counts when the value is a column. */
  void reads(@Nullable SqlExpr value) {
    Source source = value instanceof SqlExpr.ColumnRef ref ? sources.get(ref.column()) : null;
    if (source != null) {
      source.use().add(Access.Kind.SELECT, source.number());
    }
  }

  void reads(List<ScopeColumn> columns) {
    columns.forEach(column -> reads(column.value()));
  }

  List<Access> all() {
    List<Access> all = new ArrayList<>();
    uses.forEach(
        (subject, use) -> {
          if (!use.kinds.isEmpty()) {
            all.add(new Access(subject.relation(), subject.owner(), use.kinds, use.columns));
          }
        });
    return all;
  }
}
