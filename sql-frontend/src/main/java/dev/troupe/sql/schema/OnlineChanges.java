package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.CheckConstraint;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.ForeignKey;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.syntax.ast.AlterAction;
import dev.troupe.sql.syntax.ast.Constraint;
import dev.troupe.sql.syntax.ast.ObjectKind;
import dev.troupe.sql.syntax.ast.SchemaStatement;
import dev.troupe.sql.syntax.ast.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Changes that go over rows while others write them. At first all writers are made to keep to the
 * new index or constraint, though nobody relies on it (an index is {@link ElementState#WRITE_ONLY},
 * a constraint not validated). When that is committed, everything that is written later agrees with
 * it, and only rows that were there before need work. Then it is published, or taken back.
 *
 * <p>After Rae et al., "Online, Asynchronous Schema Change in F1" (VLDB 2013), without the state
 * delete-only: that one keeps apart nodes that use the states before and after, which cannot both
 * commit here.
 *
 * <p>Belongs to a transaction, as {@link SchemaStatements} does.
 */
public final class OnlineChanges {
  private final DdlContext context;

  OnlineChanges(DdlContext context) {
    this.context = context;
  }

  /** Whether a statement can leave jobs: when it does nothing else that would have to wait. */
  static boolean allow(Statement statement) {
    return switch (statement) {
      case SchemaStatement.CreateIndex create -> true;
      case SchemaStatement.Alter alter ->
          alter.kind() == ObjectKind.TABLE
              && alter.actions().size() == 1
              && alter.actions().getFirst() instanceof AlterAction.AddConstraint add
              && !(add.constraint() instanceof Constraint.Unique unique && unique.primary());
      default -> false;
    };
  }

  /** What a job is about. */
  public record Subject(TableDescriptor table, String name, @Nullable IndexDescriptor index) {}

  /** What a job is about, as it is now; null when somebody dropped or finished it. */
  public @Nullable Subject subject(SchemaJob job) {
    if (!(context.catalog().relation(job.table()) instanceof TableDescriptor table)) {
      return null;
    }
    if (job.kind() == SchemaJob.Kind.INDEX) {
      IndexDescriptor index = Tables.index(table, job.oid());
      return index == null || index.state() == ElementState.PUBLIC
          ? null
          : new Subject(table, index.name(), index);
    }
    for (CheckConstraint check : table.checks()) {
      if (check.oid() == job.oid() && !check.validated()) {
        return new Subject(table, check.name(), null);
      }
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.oid() == job.oid() && !key.validated()) {
        return new Subject(table, key.name(), null);
      }
    }
    return null;
  }

  /** Whether the change of a job is there, and published. */
  public boolean isPublished(SchemaJob job) {
    return context.catalog().tableOfPart(job.oid()) != null && subject(job) == null;
  }

  /**
   * Looks for rows that break a constraint; in a transaction that need not commit: what a snapshot
   * shows from after the constraint was made is all that it does not cover itself.
   *
   * @throws dev.troupe.sql.error.SqlException CHECK_VIOLATION or FOREIGN_KEY_VIOLATION
   */
  public void lookAtRows(Subject subject) {
    new ConstraintAlteration(context, subject.table()).lookAtRows(subject.name());
  }

  /** Lets everybody rely on it. */
  public void publish(Subject subject) {
    IndexDescriptor index = subject.index();
    if (index == null) {
      new ConstraintAlteration(context, subject.table()).markValidated(subject.name());
      return;
    }
    TableDraft draft = new TableDraft(subject.table());
    draft.indexes.replaceAll(
        other -> other.oid() == index.oid() ? other.withState(ElementState.PUBLIC) : other);
    context.put(draft.build());
  }

  /** Takes it away again. */
  public void takeBack(Subject subject) {
    ConstraintAlteration table = new ConstraintAlteration(context, subject.table());
    IndexDescriptor index = subject.index();
    if (index == null) {
      table.remove(subject.name());
    } else {
      table.removeIndex(index);
    }
  }
}
