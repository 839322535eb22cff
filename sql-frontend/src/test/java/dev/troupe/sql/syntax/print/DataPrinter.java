package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.DataStatement;
import dev.troupe.sql.syntax.ast.DataStatement.Arbiter;
import dev.troupe.sql.syntax.ast.DataStatement.Assignable;
import dev.troupe.sql.syntax.ast.DataStatement.Assignment;
import dev.troupe.sql.syntax.ast.DataStatement.MergeAction;
import dev.troupe.sql.syntax.ast.DataStatement.Overriding;
import dev.troupe.sql.syntax.ast.DataStatement.Part;
import dev.troupe.sql.syntax.ast.DataStatement.Target;
import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.IndexElement;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryBody.SelectItem;
import dev.troupe.sql.syntax.ast.QueryStatement;
import dev.troupe.sql.syntax.ast.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements that change rows, and those that WITH and PREPARE may contain. */
final class DataPrinter {
  private final SqlWriter out;
  private final QueryPrinter queries;

  DataPrinter(SqlWriter out, QueryPrinter queries) {
    this.out = out;
    this.queries = queries;
  }

  /** A query, or a statement that changes rows. */
  void preparable(Statement statement) {
    switch (statement) {
      case QueryStatement query -> queries.query(query.query());
      case DataStatement data -> statement(data);
      default -> throw new IllegalArgumentException("has no plan: " + statement);
    }
  }

  void statement(DataStatement statement) {
    switch (statement) {
      case DataStatement.Insert insert -> insert(insert);
      case DataStatement.Update update -> update(update);
      case DataStatement.Delete delete -> delete(delete);
      case DataStatement.Merge merge -> merge(merge);
      case DataStatement.Truncate truncate -> {
        out.add("TRUNCATE ").list(truncate.tables(), out::name);
        out.addIf(truncate.restartIdentity(), " RESTART IDENTITY");
        out.addIf(truncate.cascade(), " CASCADE");
      }
      case DataStatement.Copy copy -> new CopyPrinter(out, queries).copy(copy);
    }
  }

  private void target(Target target) {
    out.addIf(target.only(), "ONLY ").name(target.name());
    queries.from().alias(target.alias());
  }

  private void insert(DataStatement.Insert insert) {
    queries.with(insert.with());
    out.add("INSERT INTO ");
    target(insert.target());
    columns(insert.columns());
    overriding(insert.overriding());
    Query source = insert.source();
    if (source == null) {
      out.add(" DEFAULT VALUES");
    } else {
      out.add(" ");
      queries.query(source);
    }
    onConflict(insert.onConflict());
    returning(insert.returning());
  }

  private void columns(List<Assignable> columns) {
    if (!columns.isEmpty()) {
      out.add(" (").list(columns, this::assignable).add(")");
    }
  }

  private void overriding(@Nullable Overriding overriding) {
    if (overriding != null) {
      out.add(" OVERRIDING ").words(overriding);
    }
  }

  private void assignable(Assignable assignable) {
    out.name(assignable.column().text());
    for (Part part : assignable.parts()) {
      switch (part) {
        case Part.Field field -> out.add(".").name(field.name());
        case Part.Element element -> queries.expressions().subscript(element.subscript());
      }
    }
  }

  private void onConflict(DataStatement.@Nullable OnConflict onConflict) {
    if (onConflict == null) {
      return;
    }
    out.add(" ON CONFLICT ");
    Arbiter arbiter = onConflict.arbiter();
    if (arbiter instanceof Arbiter.Constraint constraint) {
      out.add("ON CONSTRAINT ").name(constraint.name().text()).add(" ");
    } else if (arbiter instanceof Arbiter.Inferred inferred) {
      out.add("(").list(inferred.elements(), this::indexElement).add(")");
      queries.condition(" WHERE ", inferred.where());
      out.add(" ");
    }
    DataStatement.ConflictUpdate update = onConflict.update();
    if (update == null) {
      out.add("DO NOTHING");
    } else {
      out.add("DO UPDATE SET ").list(update.assignments(), this::assignment);
      queries.condition(" WHERE ", update.where());
    }
  }

  /** A key of an index. */
  void indexElement(IndexElement element) {
    boolean column = element.value() instanceof Expression.ColumnReference;
    out.addIf(!column, "(");
    queries.expressions().expression(element.value());
    out.addIf(!column, ")");
    if (element.collation() != null) {
      out.add(" COLLATE ").name(element.collation());
    }
    if (element.operatorClass() != null) {
      out.add(" ").name(element.operatorClass());
    }
    out.addIf(element.descending(), " DESC");
    if (element.nulls() != null) {
      out.add(" NULLS ").words(element.nulls());
    }
  }

  private void assignment(Assignment assignment) {
    out.addIf(assignment.multiple(), "(");
    out.list(assignment.targets(), this::assignable);
    out.addIf(assignment.multiple(), ")").add(" = ");
    queries.expressions().expression(assignment.value());
  }

  private void returning(List<SelectItem> items) {
    if (!items.isEmpty()) {
      out.add(" RETURNING ");
      queries.items(items);
    }
  }

  private void update(DataStatement.Update update) {
    queries.with(update.with());
    out.add("UPDATE ");
    target(update.target());
    out.add(" SET ").list(update.assignments(), this::assignment);
    sources(" FROM ", update.from());
    queries.condition(" WHERE ", update.where());
    returning(update.returning());
  }

  private void sources(String word, List<FromItem> items) {
    if (!items.isEmpty()) {
      out.add(word).list(items, queries.from()::item);
    }
  }

  private void delete(DataStatement.Delete delete) {
    queries.with(delete.with());
    out.add("DELETE FROM ");
    target(delete.target());
    sources(" USING ", delete.using());
    queries.condition(" WHERE ", delete.where());
    returning(delete.returning());
  }

  private void merge(DataStatement.Merge merge) {
    queries.with(merge.with());
    out.add("MERGE INTO ");
    target(merge.target());
    out.add(" USING ");
    queries.from().item(merge.source());
    queries.condition(" ON ", merge.on());
    for (DataStatement.MergeBranch branch : merge.branches()) {
      out.add(branch.matched() ? " WHEN MATCHED" : " WHEN NOT MATCHED");
      queries.condition(" AND ", branch.condition());
      out.add(" THEN ");
      mergeAction(branch.action());
    }
  }

  private void mergeAction(MergeAction action) {
    switch (action) {
      case MergeAction.DoNothing nothing -> out.add("DO NOTHING");
      case MergeAction.DeleteRow delete -> out.add("DELETE");
      case MergeAction.UpdateRow update ->
          out.add("UPDATE SET ").list(update.assignments(), this::assignment);
      case MergeAction.InsertRow insert -> {
        out.add("INSERT");
        columns(insert.columns());
        overriding(insert.overriding());
        if (insert.values().isEmpty()) {
          out.add(" DEFAULT VALUES");
        } else {
          out.add(" VALUES (");
          queries.expressions().expressions(insert.values());
          out.add(")");
        }
      }
    }
  }
}
