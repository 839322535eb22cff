package dev.troupe.sql.schema;

import dev.troupe.protocol.model.Key;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drops objects with what cannot be without them. One of these gathers everything that one
 * statement drops: objects that it names itself are in nobody's way.
 */
final class Dropping {
  private static final int DEPENDENTS_SHOWN_MAX = 100;

  private final DdlContext context;
  private final List<Relation> named = new ArrayList<>();
  private final Map<Long, Relation> going = new LinkedHashMap<>();

  /** What others lose, with how to take it from them. */
  private final Map<String, Runnable> losses = new LinkedHashMap<>();

  /** Sentences of who depends on whom. */
  private final Set<String> dependencies = new LinkedHashSet<>();

  /** What goes although it was not named, and does not go silently. */
  private final Set<String> cascades = new LinkedHashSet<>();

  private @Nullable SchemaDescriptor schema;

  Dropping(DdlContext context) {
    this.context = context;
  }

  void add(Relation relation) {
    named.add(relation);
    going.put(relation.id(), relation);
  }

  void addSchema(SchemaDescriptor dropped) {
    schema = dropped;
    for (Relation relation : context.catalog().relations(dropped.name())) {
      if (isOwnedByGoing(relation)) {
        continue;
      }
      String described = describe(relation);
      dependencies.add(described + " depends on schema " + Identifiers.quote(dropped.name()));
      cascades.add(described);
      going.put(relation.id(), relation);
    }
  }

  private boolean isOwnedByGoing(Relation relation) {
    return relation instanceof SequenceDescriptor sequence
        && context.catalog().relation(sequence.ownerTable()) instanceof TableDescriptor owner
        && owner.schema().equals(relation.schema());
  }

  /** Drops everything, or nothing when something is in the way and there is no CASCADE. */
  void carryOut(boolean cascade) {
    List<Relation> open = new ArrayList<>(going.values());
    while (!open.isEmpty()) {
      Relation relation = open.removeLast();
      for (Relation next : dependentsOf(relation)) {
        if (going.putIfAbsent(next.id(), next) == null) {
          open.add(next);
        }
      }
    }
    if (!dependencies.isEmpty() && !cascade) {
      throw inTheWay(
          schema == null ? subject() : "schema " + Identifiers.quote(schema.name()),
          List.copyOf(dependencies));
    }
    announce(context, List.copyOf(cascades));
    losses.values().forEach(Runnable::run);
    going.values().forEach(this::remove);
  }

  private String subject() {
    return named.size() == 1 ? describe(named.getFirst()) : "desired object(s)";
  }

  static SqlException inTheWay(String subject, List<String> dependencies) {
    List<String> shown =
        dependencies.subList(0, Math.min(DEPENDENTS_SHOWN_MAX, dependencies.size()));
    return SqlException.of(
            SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
            "cannot drop %s because other objects depend on %s",
            subject,
            subject.endsWith("(s)") ? "them" : "it")
        .withDetail(String.join("\n", shown))
        .withHint("Use DROP ... CASCADE to drop the dependent objects too.");
  }

  static void announce(DdlContext context, List<String> cascades) {
    if (cascades.size() == 1) {
      context.notice(SqlState.SUCCESSFUL_COMPLETION, "drop cascades to %s", cascades.getFirst());
    } else if (!cascades.isEmpty()) {
      List<String> lines = cascades.stream().map(line -> "drop cascades to " + line).toList();
      context
          .notices()
          .add(
              new DdlResult.Notice(
                  "NOTICE",
                  SqlState.SUCCESSFUL_COMPLETION,
                  "drop cascades to %d other objects".formatted(cascades.size()),
                  String.join("\n", lines)));
    }
  }

  private String describe(Relation relation) {
    return DdlContext.kind(relation) + " " + context.shown(relation);
  }

  private List<Relation> dependentsOf(Relation relation) {
    List<Relation> dependents = new ArrayList<>();
    for (ViewDescriptor view : Dependents.views(context.catalog(), relation.id())) {
      if (!going.containsKey(view.id())) {
        depends(describe(view), relation);
        dependents.add(view);
      }
    }
    switch (relation) {
      case TableDescriptor table -> {
        loseForeignKeys(table);
        dependents.addAll(Dependents.ownedSequences(context.catalog(), table, 0));
      }
      case SequenceDescriptor sequence -> loseDefaults(sequence);
      case ViewDescriptor view -> {}
      case VirtualTable virtual -> throw DdlContext.systemCatalog(virtual);
    }
    return dependents;
  }

  private void depends(String described, Relation on) {
    dependencies.add(described + " depends on " + describe(on));
    cascades.add(described);
  }

  private void loseForeignKeys(TableDescriptor table) {
    for (long id : table.referencedBy()) {
      if (going.containsKey(id)) {
        continue;
      }
      TableDescriptor referring = context.table(id);
      for (ForeignKey key : referring.foreignKeys()) {
        if (key.table() == table.id()) {
          depends(
              "constraint %s on table %s"
                  .formatted(Identifiers.quote(key.name()), context.shown(referring)),
              table);
          losses.put(
              "foreign key " + key.oid(),
              () -> Dependents.dropForeignKey(context, referring.id(), key));
        }
      }
    }
  }

  private void loseDefaults(SequenceDescriptor sequence) {
    for (Relation relation : context.catalog().allRelations()) {
      if (!(relation instanceof TableDescriptor table) || going.containsKey(table.id())) {
        continue;
      }
      for (ColumnDescriptor column : table.columns()) {
        if (!Dependents.uses(column, sequence)) {
          continue;
        }
        if (column.identity() != ColumnDescriptor.Identity.NONE) {
          throw SqlException.of(
                  SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
                  "cannot drop sequence %s because column %s of table %s requires it",
                  context.shown(sequence),
                  Identifiers.quote(column.name()),
                  context.shown(table))
              .withHint(
                  "You can drop column %s of table %s instead."
                      .formatted(Identifiers.quote(column.name()), context.shown(table)));
        }
        depends(
            "default value for column %s of table %s"
                .formatted(Identifiers.quote(column.name()), context.shown(table)),
            sequence);
        losses.put(
            "default " + table.id() + "." + column.id(),
            () -> Dependents.dropDefault(context, table.id(), column.id()));
      }
    }
  }

  private void remove(Relation relation) {
    Map<Key, @Nullable CatalogEntry> changes = new LinkedHashMap<>();
    changes.put(CatalogKeys.relation(relation.id()), null);
    for (Key key : Dependents.attached(context.snapshot(), relation)) {
      changes.put(key, null);
    }
    context.changes().apply(changes);
    switch (relation) {
      case TableDescriptor table -> {
        ConstraintDefinition constraints = new ConstraintDefinition(context);
        TableDescriptor without = withoutForeignKeys(table);
        for (ForeignKey key : table.foreignKeys()) {
          if (!going.containsKey(key.table())) {
            constraints.forgetReferring(key.table(), without);
          }
        }
        context.changes().leaveGarbage(context.data().spanOf(table.id()));
        context.catalog().transaction().delete(CatalogKeys.statistics(table.id()));
      }
      case SequenceDescriptor sequence -> new SequenceStatements(context).forgetPosition(sequence);
      case ViewDescriptor view -> {}
      case VirtualTable virtual -> throw DdlContext.systemCatalog(virtual);
    }
  }

  private static TableDescriptor withoutForeignKeys(TableDescriptor table) {
    TableDraft draft = new TableDraft(table);
    draft.foreignKeys.clear();
    return draft.build();
  }

  /** Drops an index that is no constraint's. */
  void dropIndex(TableDescriptor table, IndexDescriptor index) {
    if (index.constraint()) {
      throw SqlException.of(
              SqlState.DEPENDENT_OBJECTS_STILL_EXIST,
              "cannot drop index %s because constraint %s on table %s requires it",
              context.shown(table.schema(), index.name(), index.oid()),
              Identifiers.quote(index.name()),
              context.shown(table))
          .withHint(
              "You can drop constraint %s on table %s instead."
                  .formatted(Identifiers.quote(index.name()), context.shown(table)));
    }
    TableDraft draft = new TableDraft(table);
    draft.indexes.removeIf(other -> other.id() == index.id());
    context.put(draft.build());
    context.changes().leaveGarbage(context.data().spanOf(table.id(), index.id()));
  }
}
