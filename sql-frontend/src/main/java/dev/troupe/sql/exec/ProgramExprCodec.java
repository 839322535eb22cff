package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.eval.AggregateFunction;
import dev.troupe.sql.eval.ScalarFunction;
import dev.troupe.sql.function.FunctionRegistry;
import dev.troupe.sql.plan.CastFunction;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import dev.troupe.sql.type.TypeNames;
import dev.troupe.sql.type.codec.RowValueCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of expressions in programs for ranges, of the kinds that {@link
 * dev.troupe.sql.plan.AtRanges} lets go. Functions are named by their names and types. Nothing of
 * it is stored; but nodes of two versions may talk, so numbers are never reused.
 */
final class ProgramExprCodec {
  private static final int CONSTANT = 1;
  private static final int COLUMN = 2;
  private static final int CALL = 3;
  private static final int CAST = 4;
  private static final int AND = 5;
  private static final int OR = 6;
  private static final int NOT = 7;
  private static final int IS_NULL = 8;
  private static final int IS_TRUTH = 9;
  private static final int IS_DISTINCT = 10;
  private static final int CASE = 11;
  private static final int COALESCE = 12;
  private static final int EXTREME = 13;
  private static final int NULL_IF = 14;
  private static final int IN_LIST = 15;
  private static final int ARRAY_COMPARISON = 16;

  private ProgramExprCodec() {}

  // --- writing ---------------------------------------------------------------------------------

  /** Writes expressions. */
  static final class Writer {
    private final ByteWriter out;
    private final Layout row;
    private final @Nullable Object[] constants;

    /**
     * @param row where columns are
     * @param constants values of the parameters
     */
    Writer(ByteWriter out, Layout row, @Nullable Object[] constants) {
      this.out = out;
      this.row = row;
      this.constants = constants;
    }

    void write(SqlExpr expression) {
      switch (expression) {
        case SqlExpr.Constant e -> constant(e.value(), e.type());
        case SqlExpr.Parameter e -> constant(constants[e.index()], e.type());
        case SqlExpr.ColumnRef e -> out.putByte(COLUMN).putVarInt(row.slot(e.column()));
        case SqlExpr.Call e -> call(e);
        case SqlExpr.And e -> terms(out.putByte(AND), e.terms());
        case SqlExpr.Or e -> terms(out.putByte(OR), e.terms());
        case SqlExpr.Not e -> {
          out.putByte(NOT);
          write(e.term());
        }
        case SqlExpr.IsNull e -> {
          out.putByte(IS_NULL).putBoolean(e.negated());
          write(e.term());
        }
        case SqlExpr.IsTruth e -> {
          out.putByte(IS_TRUTH).putBoolean(e.negated()).putBoolean(e.value() != null);
          out.putBoolean(Boolean.TRUE.equals(e.value()));
          write(e.term());
        }
        case SqlExpr.IsDistinct e -> {
          function(out.putByte(IS_DISTINCT).putBoolean(e.negated()), e.equals());
          write(e.left());
          write(e.right());
        }
        case SqlExpr.Case e -> choice(e);
        case SqlExpr.Coalesce e -> {
          putType(out.putByte(COALESCE), e.type());
          terms(out, e.terms());
        }
        case SqlExpr.Extreme e -> {
          putType(out.putByte(EXTREME).putBoolean(e.greatest()), e.type());
          terms(out, e.terms());
        }
        case SqlExpr.NullIf e -> {
          function(putType(out.putByte(NULL_IF), e.type()), e.equals());
          write(e.left());
          write(e.right());
        }
        case SqlExpr.InList e -> {
          function(out.putByte(IN_LIST).putBoolean(e.negated()), e.equals());
          write(e.term());
          terms(out, e.values());
        }
        case SqlExpr.ArrayComparison e -> {
          function(out.putByte(ARRAY_COMPARISON).putBoolean(e.all()), e.operator());
          write(e.left());
          write(e.array());
        }
        default -> throw new IllegalArgumentException("not for ranges: " + expression);
      }
    }

    private void constant(@Nullable Object value, SqlType type) {
      putType(out.putByte(CONSTANT), type);
      putValue(out, type, value);
    }

    private void call(SqlExpr.Call e) {
      if (e.function() instanceof CastFunction cast) {
        putType(out.putByte(CAST).putBoolean(cast.isExplicit()), cast.parameters().getFirst());
        putType(out, cast.result());
      } else {
        function(out.putByte(CALL), e.function());
      }
      putType(out, e.type());
      terms(out, e.arguments());
    }

    private void choice(SqlExpr.Case e) {
      putType(out.putByte(CASE), e.type()).putVarInt(e.branches().size());
      for (SqlExpr.When branch : e.branches()) {
        write(branch.condition());
        write(branch.result());
      }
      SqlExpr otherwise = e.otherwise();
      out.putBoolean(otherwise != null);
      if (otherwise != null) {
        write(otherwise);
      }
    }

    private void terms(ByteWriter to, List<SqlExpr> terms) {
      to.putVarInt(terms.size());
      terms.forEach(this::write);
    }

    private static void function(ByteWriter out, ScalarFunction function) {
      out.putString(function.name());
      putTypes(out, function.parameters());
    }
  }

  static ByteWriter putType(ByteWriter out, SqlType type) {
    return out.putInt(type.oid()).putInt(type.modifier());
  }

  static void putTypes(ByteWriter out, List<SqlType> types) {
    out.putVarInt(types.size());
    types.forEach(type -> putType(out, type));
  }

  static void putValue(ByteWriter out, SqlType type, @Nullable Object value) {
    out.putBoolean(value != null);
    if (value != null) {
      RowValueCodec.of(type).encode(value, out);
    }
  }

  // --- reading ---------------------------------------------------------------------------------

  /** Reads expressions, in which columns are named by their places in the row. */
  static final class Reader {
    private final ByteReader in;
    private final List<SqlType> row;

    Reader(ByteReader in, List<SqlType> row) {
      this.in = in;
      this.row = row;
    }

    SqlExpr read() {
      int kind = in.readByte();
      return switch (kind) {
        case CONSTANT -> {
          SqlType type = readType(in);
          yield new SqlExpr.Constant(readValue(in, type), type);
        }
        case COLUMN -> column(in.readVarInt());
        case CALL -> call(readFunction());
        case CAST -> {
          boolean explicit = in.readBoolean();
          SqlType from = readType(in);
          yield call(new CastFunction(from, readType(in), explicit));
        }
        case AND -> new SqlExpr.And(terms());
        case OR -> new SqlExpr.Or(terms());
        case NOT -> new SqlExpr.Not(read());
        case IS_NULL -> {
          boolean negated = in.readBoolean();
          yield new SqlExpr.IsNull(read(), negated);
        }
        case IS_TRUTH -> {
          boolean negated = in.readBoolean();
          boolean known = in.readBoolean();
          boolean value = in.readBoolean();
          yield new SqlExpr.IsTruth(read(), known ? (Boolean) value : null, negated);
        }
        case IS_DISTINCT -> {
          boolean negated = in.readBoolean();
          ScalarFunction equals = readFunction();
          yield new SqlExpr.IsDistinct(read(), read(), equals, negated);
        }
        case CASE -> choice();
        case COALESCE -> {
          SqlType type = readType(in);
          yield new SqlExpr.Coalesce(terms(), type);
        }
        case EXTREME -> {
          boolean greatest = in.readBoolean();
          SqlType type = readType(in);
          yield new SqlExpr.Extreme(greatest, terms(), type);
        }
        case NULL_IF -> {
          SqlType type = readType(in);
          ScalarFunction equals = readFunction();
          yield new SqlExpr.NullIf(read(), read(), equals, type);
        }
        case IN_LIST -> {
          boolean negated = in.readBoolean();
          ScalarFunction equals = readFunction();
          yield new SqlExpr.InList(read(), terms(), equals, negated);
        }
        case ARRAY_COMPARISON -> {
          boolean all = in.readBoolean();
          ScalarFunction operator = readFunction();
          yield new SqlExpr.ArrayComparison(read(), read(), operator, all);
        }
        default -> throw new MalformedBytes("no kind of expressions: " + kind);
      };
    }

    private SqlExpr column(int slot) {
      if (slot >= row.size()) {
        throw new MalformedBytes("a row of " + row.size() + " columns has no column " + slot);
      }
      return new SqlExpr.ColumnRef(slot, row.get(slot));
    }

    private SqlExpr call(ScalarFunction function) {
      SqlType type = readType(in);
      List<SqlExpr> arguments = terms();
      if (arguments.size() != function.parameters().size()) {
        throw new MalformedBytes(function + " is called with " + arguments.size() + " arguments");
      }
      return new SqlExpr.Call(function, arguments, type);
    }

    private SqlExpr choice() {
      SqlType type = readType(in);
      int count = in.readCount();
      var branches = new ArrayList<SqlExpr.When>(count);
      for (int i = 0; i < count; i++) {
        branches.add(new SqlExpr.When(read(), read()));
      }
      return new SqlExpr.Case(branches, in.readBoolean() ? read() : null, type);
    }

    List<SqlExpr> terms() {
      int count = in.readCount();
      var terms = new ArrayList<SqlExpr>(count);
      for (int i = 0; i < count; i++) {
        terms.add(read());
      }
      return terms;
    }

    private ScalarFunction readFunction() {
      String name = in.readString();
      List<SqlType> parameters = readTypes(in);
      ScalarFunction function = FunctionRegistry.builtin().exact(name, parameters);
      if (function == null) {
        throw new MalformedBytes("there is no function " + name + parameters);
      }
      return function;
    }
  }

  static AggregateFunction readAggregate(ByteReader in) {
    String name = in.readString();
    List<SqlType> parameters = readTypes(in);
    AggregateFunction function = FunctionRegistry.builtin().exactAggregate(name, parameters);
    if (function == null || !function.portable()) {
      throw new MalformedBytes("there is no portable aggregate " + name + parameters);
    }
    return function;
  }

  static SqlType readType(ByteReader in) {
    int oid = in.readInt();
    SqlType type = TypeNames.ofOid(oid, in.readInt());
    if (type == null) {
      throw new MalformedBytes("no type has the OID " + oid);
    }
    return type;
  }

  static List<SqlType> readTypes(ByteReader in) {
    int count = in.readCount();
    var types = new ArrayList<SqlType>(count);
    for (int i = 0; i < count; i++) {
      types.add(readType(in));
    }
    return types;
  }

  static @Nullable Object readValue(ByteReader in, SqlType type) {
    return in.readBoolean() ? RowValueCodec.of(type).decode(in) : null;
  }
}
