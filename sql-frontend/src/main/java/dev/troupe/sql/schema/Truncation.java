package dev.troupe.sql.schema;

import dev.troupe.protocol.model.KeySpan;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.SequenceDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.QualifiedName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TRUNCATE: gives tables new, empty places for their rows and index entries. Its cost does not
 * depend on how many there are; the old places are cleared by and by.
 */
final class Truncation {
  private final DdlContext context;

  Truncation(DdlContext context) {
    this.context = context;
  }

  void truncate(DataStatement.Truncate statement) {
    Map<Long, TableDescriptor> tables = new LinkedHashMap<>();
    for (QualifiedName name : statement.tables()) {
      TableDescriptor table = context.table(name);
      requireMay(table);
      tables.put(table.id(), table);
    }
    if (statement.cascade()) {
      addReferring(tables);
    } else {
      tables.values().forEach(table -> checkReferring(table, tables));
    }
    for (TableDescriptor table : List.copyOf(tables.values())) {
      empty(table);
      if (statement.restartIdentity()) {
        restartSequences(table);
      }
    }
  }

  private void requireMay(TableDescriptor table) {
    context.rights().require(AccessObject.of(table), "D");
  }

  private void addReferring(Map<Long, TableDescriptor> tables) {
    Deque<TableDescriptor> open = new ArrayDeque<>(tables.values());
    while (!open.isEmpty()) {
      for (long id : open.poll().referencedBy()) {
        TableDescriptor referring = context.table(id);
        if (tables.putIfAbsent(id, referring) == null) {
          requireMay(referring);
          context.notice(
              SqlState.SUCCESSFUL_COMPLETION,
              "truncate cascades to table \"%s\"",
              referring.name());
          open.add(referring);
        }
      }
    }
  }

  private void checkReferring(TableDescriptor table, Map<Long, TableDescriptor> truncated) {
    for (long id : table.referencedBy()) {
      if (!truncated.containsKey(id)) {
        String referring = context.table(id).name();
        throw new SqlException(
                SqlState.FEATURE_NOT_SUPPORTED,
                "cannot truncate a table referenced in a foreign key constraint")
            .withDetail("Table \"%s\" references \"%s\".".formatted(referring, table.name()))
            .withHint(
                "Truncate table \"%s\" at the same time, or use TRUNCATE ... CASCADE."
                    .formatted(referring));
      }
    }
  }

  private void empty(TableDescriptor table) {
    TableDraft draft = new TableDraft(table);
    List<KeySpan> old = new ArrayList<>();
    old.add(context.data().spanOf(table.id(), table.primary().id()));
    draft.setPrimary(table.primary().withId(draft.takeIndexId()));
    draft.indexes.replaceAll(
        (IndexDescriptor index) -> {
          old.add(context.data().spanOf(table.id(), index.id()));
          return index.withId(draft.takeIndexId());
        });
    context.put(draft.build());
    old.forEach(context.changes()::leaveGarbage);
  }

  private void restartSequences(TableDescriptor table) {
    for (Relation owned : Dependents.ownedSequences(context.catalog(), table, 0)) {
      if (owned instanceof SequenceDescriptor sequence) {
        new SequenceStatements(context).restart(sequence, sequence.start());
      }
    }
  }
}
