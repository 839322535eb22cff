package dev.troupe.sql.exec;

import dev.troupe.protocol.codec.ByteReader;
import dev.troupe.protocol.codec.ByteReader.MalformedBytes;
import dev.troupe.protocol.codec.ByteWriter;
import dev.troupe.sql.catalog.ColumnDescriptor;
import dev.troupe.sql.catalog.ElementState;
import dev.troupe.sql.catalog.IndexDescriptor;
import dev.troupe.sql.catalog.TableDescriptor;
import dev.troupe.sql.plan.AggregateCall;
import dev.troupe.sql.plan.Column;
import dev.troupe.sql.plan.SqlExpr;
import dev.troupe.sql.type.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of programs for ranges. They say all that is needed to read the rows, for whoever carries
 * them out has no catalog, or an older one.
 */
final class RowWorkCodec {
  /** Who does not know the format says so, and sends the rows as they are. */
  private static final int FORMAT = 1;

  private RowWorkCodec() {}

  // --- writing ---------------------------------------------------------------------------------

  /**
   * Writes a program.
   *
   * @param constants values of the parameters in its expressions
   */
  static byte[] write(RowWork work, @Nullable Object[] constants) {
    ByteWriter out = new ByteWriter(256).putByte(FORMAT);
    writeTable(out, work);
    out.putVarInt(work.columns().size());
    work.columns().forEach(out::putVarInt);
    var expressions = new ProgramExprCodec.Writer(out, Layout.of(work.row()), constants);
    writeOptional(out, expressions, work.filter());
    out.putBoolean(work.shorten());
    RowWork.Gathered gathered = work.gathered();
    out.putBoolean(gathered != null);
    if (gathered != null) {
      out.putVarInt(gathered.groupBy().size());
      gathered.groupBy().forEach(expressions::write);
      out.putVarInt(gathered.calls().size());
      for (AggregateCall call : gathered.calls()) {
        out.putString(call.function().name());
        ProgramExprCodec.putTypes(out, call.function().parameters());
        out.putVarInt(call.arguments().size());
        call.arguments().forEach(expressions::write);
        writeOptional(out, expressions, call.filter());
      }
    }
    return out.toBytes();
  }

  private static void writeOptional(
      ByteWriter out, ProgramExprCodec.Writer expressions, @Nullable SqlExpr expression) {
    out.putBoolean(expression != null);
    if (expression != null) {
      expressions.write(expression);
    }
  }

  /** The columns that are read and those of the keys; nothing else of the table matters. */
  private static void writeTable(ByteWriter out, RowWork work) {
    TableDescriptor table = work.table();
    Set<Integer> needed = new HashSet<>(work.columns());
    table.primary().keys().forEach(key -> needed.add(key.column()));
    work.index().keys().forEach(key -> needed.add(key.column()));
    out.putVarLong(table.id()).putVarInt(needed.size());
    for (ColumnDescriptor column : table.columns()) {
      if (needed.contains(column.id())) {
        out.putVarInt(column.id());
        ProgramExprCodec.putType(out, column.type());
        ProgramExprCodec.putValue(out, column.type(), column.missing());
      }
    }
    writeIndex(out, table.primary());
    boolean other = work.index().id() != table.primary().id();
    out.putBoolean(other);
    if (other) {
      writeIndex(out, work.index());
    }
  }

  private static void writeIndex(ByteWriter out, IndexDescriptor index) {
    out.putVarInt(index.id()).putBoolean(index.unique()).putVarInt(index.keys().size());
    for (IndexDescriptor.Key key : index.keys()) {
      out.putVarInt(key.column()).putBoolean(key.descending()).putBoolean(key.nullsFirst());
    }
  }

  // --- reading ---------------------------------------------------------------------------------

  /**
   * Reads a program.
   *
   * @return null when it is of a format that is not known here
   * @throws MalformedBytes when something in it is not known here
   */
  static @Nullable RowWork read(byte[] program) {
    ByteReader in = new ByteReader(program);
    if (in.readByte() != FORMAT) {
      return null;
    }
    TableDescriptor table = readTable(in);
    IndexDescriptor index =
        table.indexes().isEmpty() ? table.primary() : table.indexes().getFirst();
    var columns = new ArrayList<Integer>();
    var row = new ArrayList<Column>();
    repeat(
        in,
        slot -> {
          ColumnDescriptor column = column(table, in.readVarInt());
          columns.add(column.id());
          row.add(new Column(slot, column.name(), column.type()));
        });
    List<SqlType> types = row.stream().map(Column::type).toList();
    var expressions = new ProgramExprCodec.Reader(in, types);
    SqlExpr filter = in.readBoolean() ? expressions.read() : null;
    boolean shorten = in.readBoolean();
    RowWork.Gathered gathered = in.readBoolean() ? readGathered(in, expressions) : null;
    in.requireEnd();
    return new RowWork(table, index, columns, row, filter, shorten, gathered);
  }

  private static RowWork.Gathered readGathered(ByteReader in, ProgramExprCodec.Reader expressions) {
    List<SqlExpr> groupBy = expressions.terms();
    var calls = new ArrayList<AggregateCall>();
    repeat(
        in,
        ignored -> {
          var function = ProgramExprCodec.readAggregate(in);
          List<SqlExpr> arguments = expressions.terms();
          SqlExpr filter = in.readBoolean() ? expressions.read() : null;
          var output = new Column(-1, function.name(), function.result());
          calls.add(new AggregateCall(output, function, arguments, false, List.of(), filter));
        });
    return new RowWork.Gathered(groupBy, calls);
  }

  private static void repeat(ByteReader in, IntConsumer each) {
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      each.accept(i);
    }
  }

  private static ColumnDescriptor column(TableDescriptor table, int id) {
    for (ColumnDescriptor column : table.columns()) {
      if (column.id() == id) {
        return column;
      }
    }
    throw new MalformedBytes("a program reads column " + id + " and does not describe it");
  }

  private static TableDescriptor readTable(ByteReader in) {
    long id = in.readVarLong();
    var columns = new ArrayList<ColumnDescriptor>();
    repeat(
        in,
        ignored -> {
          int column = in.readVarInt();
          SqlType type = ProgramExprCodec.readType(in);
          columns.add(
              new ColumnDescriptor(
                  column,
                  "column" + column,
                  type,
                  true,
                  null,
                  null,
                  ColumnDescriptor.Identity.NONE,
                  0,
                  ProgramExprCodec.readValue(in, type),
                  false,
                  ElementState.PUBLIC));
        });
    IndexDescriptor primary = readIndex(in, true);
    List<IndexDescriptor> others = in.readBoolean() ? List.of(readIndex(in, false)) : List.of();
    return new TableDescriptor(
        id,
        "",
        "table" + id,
        0,
        "",
        columns,
        Integer.MAX_VALUE,
        primary,
        others,
        Integer.MAX_VALUE,
        List.of(),
        List.of(),
        List.of());
  }

  private static IndexDescriptor readIndex(ByteReader in, boolean primary) {
    int id = in.readVarInt();
    boolean unique = in.readBoolean();
    var keys = new ArrayList<IndexDescriptor.Key>();
    repeat(
        in,
        ignored ->
            keys.add(new IndexDescriptor.Key(in.readVarInt(), in.readBoolean(), in.readBoolean())));
    return new IndexDescriptor(
        id, 0, "index" + id, unique, primary, false, keys, List.of(), null, ElementState.PUBLIC);
  }
}
