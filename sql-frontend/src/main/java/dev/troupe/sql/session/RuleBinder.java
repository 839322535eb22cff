package dev.troupe.sql.session;

import dev.troupe.sql.analyze.Binder;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.ModifyNode;
import dev.troupe.sql.plan.TableChecks;

/** Binds the rules of tables that foreign keys lead to. Used by the session's thread. */
final class RuleBinder implements TableChecks {
  private final SessionParts parts;

  RuleBinder(SessionParts parts) {
    this.parts = parts;
  }

  @Override
  public ModifyNode.Checks of(TableDescriptor table) {
    return Binder.checks(table, parts.transaction().schema(false));
  }
}
