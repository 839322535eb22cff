package dev.troupe.sql.syntax.print;

import dev.troupe.sql.syntax.ast.DataStatement.Copy;
import dev.troupe.sql.syntax.ast.DataStatement.CopyEnd;
import dev.troupe.sql.syntax.ast.DataStatement.CopySubject;
import dev.troupe.sql.syntax.ast.Option;

/** COPY. */
final class CopyPrinter {
  private final SqlWriter out;
  private final QueryPrinter queries;

  CopyPrinter(SqlWriter out, QueryPrinter queries) {
    this.out = out;
    this.queries = queries;
  }

  void copy(Copy copy) {
    out.add("COPY ");
    switch (copy.subject()) {
      case CopySubject.OfTable table -> out.name(table.table()).namesIfAny(table.columns());
      case CopySubject.OfStatement statement -> {
        out.add("(");
        queries.data().preparable(statement.statement());
        out.add(")");
      }
    }
    out.add(copy.from() ? " FROM " : " TO ");
    switch (copy.end()) {
      case CopyEnd.Client client -> out.add(copy.from() ? "STDIN" : "STDOUT");
      case CopyEnd.File file -> out.literal(file.name());
      case CopyEnd.Program program -> out.add("PROGRAM ").literal(program.command());
    }
    if (!copy.options().isEmpty()) {
      out.add(" WITH (").list(copy.options(), this::option).add(")");
    }
    queries.condition(" WHERE ", copy.where());
  }

  private void option(Option option) {
    out.name(option.name());
    boolean list = option.name().startsWith("force_") && !option.values().isEmpty();
    if (list || option.values().size() > 1) {
      out.add(" (").list(option.values(), this::value).add(")");
    } else {
      option
          .values()
          .forEach(
              value -> {
                out.add(" ");
                value(value);
              });
    }
  }

  private void value(String value) {
    if (value.equals("*")) {
      out.add("*");
    } else {
      out.literal(value);
    }
  }
}
