package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.Relation;
import dev.troupe.sql.catalog.ViewDescriptor;
import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.syntax.Parser;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.Query;
import dev.troupe.sql.syntax.ast.QueryStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keeps the texts of views true when columns of what they read get other names, come or go. A view
 * goes on calling columns what they were called when it was made: where that is not their name any
 * more, the relation has a list of names behind its alias, in the order of its columns.
 */
final class ViewTexts {
  private final DdlContext context;
  private final Relation relation;

  /**
   * @param relation as it is before the change
   */
  ViewTexts(DdlContext context, Relation relation) {
    this.context = context;
    this.relation = relation;
  }

  void renamed(String from, String to) {
    List<String> after = new ArrayList<>(relation.columnNames());
    after.set(after.indexOf(from), to);
    realign(after, names -> names);
  }

  void dropped(String column) {
    int index = relation.columnNames().indexOf(column);
    List<String> after = new ArrayList<>(relation.columnNames());
    after.remove(index);
    realign(
        after,
        names -> {
          List<String> left = new ArrayList<>(names);
          left.remove(index);
          return left;
        });
  }

  void added(String column) {
    List<String> after = new ArrayList<>(relation.columnNames());
    after.add(column);
    realign(
        after,
        names -> {
          List<String> more = new ArrayList<>(names);
          String free = column;
          for (int i = 1; names.contains(free); i++) {
            free = column + "_" + i;
          }
          more.add(free);
          return more;
        });
  }

  private void realign(List<String> after, UnaryOperator<List<String>> change) {
    for (ViewDescriptor view : Dependents.views(context.catalog(), relation.id())) {
      String text =
          rewritten(view, table -> withNames(table, change.apply(localNames(table)), after));
      if (!text.equals(view.sql())) {
        context.put(Renaming.withSql(view, text));
      }
    }
  }

  /** Whether a view reads a column. */
  boolean mentions(ViewDescriptor view, String column) {
    int index = relation.columnNames().indexOf(column);
    List<String> called = new ArrayList<>();
    String text =
        rewritten(
            view,
            table -> {
              called.add(localNames(table).get(index));
              return withNames(table, List.of(), List.of());
            });
    return called.stream().anyMatch(name -> StoredNames.mentions(text, name));
  }

  /** What a view calls the columns where it reads the relation. */
  private List<String> localNames(FromItem.Table table) {
    List<String> names = new ArrayList<>(relation.columnNames());
    FromItem.Alias alias = table.alias();
    if (alias != null) {
      for (int i = 0; i < alias.columns().size() && i < names.size(); i++) {
        names.set(i, alias.columns().get(i).text());
      }
    }
    return names;
  }

  private static FromItem.Table withNames(
      FromItem.Table table, List<String> local, List<String> actual) {
    FromItem.Alias alias = table.alias();
    String name = alias == null ? table.name().last() : alias.name();
    List<Name> columns =
        local.equals(actual) ? List.of() : local.stream().map(n -> new Name(n, -1)).toList();
    return new FromItem.Table(
        table.name(),
        table.only(),
        new FromItem.Alias(name, columns, -1),
        table.sample(),
        table.position());
  }

  private String rewritten(ViewDescriptor view, UnaryOperator<FromItem.Table> change) {
    return QueryWriter.rewritten(
        query(view),
        table -> {
          boolean ours =
              relation.schema().equals(table.name().qualifier())
                  && relation.name().equals(table.name().last());
          return ours ? change.apply(table) : table;
        });
  }

  private static Query query(ViewDescriptor view) {
    var parsed = Parser.parseOne(view.sql());
    if (parsed != null && parsed.statement() instanceof QueryStatement query) {
      return query.query();
    }
    throw SqlException.of(SqlState.DATA_CORRUPTED, "a view holds no query: %s", view.sql());
  }
}
