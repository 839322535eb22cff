package dev.troupe.sql.schema;

import dev.troupe.sql.syntax.ast.Expression;
import dev.troupe.sql.syntax.ast.FromItem;
import dev.troupe.sql.syntax.ast.Name;
import dev.troupe.sql.syntax.ast.QualifiedName;
import dev.troupe.sql.syntax.ast.QueryBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the names in a query mean now, for a text that has to go on meaning it when columns come and
 * go. Everything is asked by the very objects that the query consists of.
 */
public interface QueryNames {
  /** Names stay as they were written. */
  QueryNames AS_WRITTEN =
      new QueryNames() {
        @Override
        public QualifiedName column(QualifiedName written) {
          return written;
        }

        @Override
        public @Nullable List<QueryBody.SelectItem> star(Expression.AllColumns star) {
          return null;
        }

        @Override
        public @Nullable List<Name> natural(FromItem.Join join) {
          return null;
        }

        @Override
        public QueryBody.@Nullable Select command(QueryBody.TableCommand command) {
          return null;
        }
      };

  /** A name of a column with its table, where another table could get a column of that name. */
  QualifiedName column(QualifiedName written);

  /** The columns that {@code *} stands for; null: it stays. */
  @Nullable List<QueryBody.SelectItem> star(Expression.AllColumns star);

  /** The columns by which a NATURAL join joins; null: it stays. */
  @Nullable List<Name> natural(FromItem.Join join);

  /** The query that {@code TABLE t} stands for; null: it stays. */
  QueryBody.@Nullable Select command(QueryBody.TableCommand command);
}
