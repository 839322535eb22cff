package dev.troupe.pgwire;

import dev.troupe.sql.error.SqlException;
import dev.troupe.sql.error.SqlState;
import dev.troupe.sql.session.Notice;
import dev.troupe.sql.session.ResultColumn;
import dev.troupe.sql.session.ResultSink;
import dev.troupe.sql.session.SessionTypes;
import dev.troupe.sql.session.SqlSession;
import dev.troupe.sql.type.SqlType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns results into messages. Owned by the connection's thread. */
final class WireSink implements ResultSink {
  private static final int BINARY = 1;

  private final WireOutput out;
  private final WireInput in;
  private final SessionTypes types;
  private List<ResultColumn> columns = List.of();
  private SessionTypes.Writer[] writers = new SessionTypes.Writer[0];
  private @Nullable String statement;

  WireSink(WireOutput out, WireInput in, SqlSession session) {
    this.out = out;
    this.in = in;
    this.types = session.types();
  }

  /** Which text positions of errors are about. */
  void about(@Nullable String sql) {
    statement = sql;
  }

  @Nullable String statement() {
    return statement;
  }

  // --- descriptions ----------------------------------------------------------------------------

  void describe(SqlSession.StatementDescription description) {
    out.begin('t').int16(description.parameters().size());
    for (SqlType type : description.parameters()) {
      out.int32(type.oid());
    }
    out.end();
    rowDescription(description.columns(), new int[0]);
  }

  void describe(SqlSession.PortalDescription description) {
    rowDescription(description.columns(), description.formats());
  }

  private void rowDescription(@Nullable List<ResultColumn> described, int[] formats) {
    if (described == null) {
      out.empty('n');
      return;
    }
    out.begin('T').int16(described.size());
    for (int i = 0; i < described.size(); i++) {
      ResultColumn column = described.get(i);
      out.string(column.name())
          .int32(column.table())
          .int16(column.attribute())
          .int32(column.type().oid())
          .int16(SessionTypes.length(column.type()))
          .int32(column.type().modifier())
          .int16(format(formats, i));
    }
    out.end();
  }

  private static int format(int[] formats, int column) {
    return formats.length == 0 ? 0 : formats.length == 1 ? formats[0] : formats[column];
  }

  // --- rows ------------------------------------------------------------------------------------

  @Override
  public void begin(List<ResultColumn> rowColumns, int[] formats, boolean describe) {
    columns = rowColumns;
    writers = new SessionTypes.Writer[rowColumns.size()];
    for (int i = 0; i < writers.length; i++) {
      SqlType type = rowColumns.get(i).type();
      writers[i] = format(formats, i) == BINARY ? types.binaryWriter(type) : types.textWriter(type);
    }
    if (describe) {
      rowDescription(rowColumns, formats);
    }
  }

  @Override
  public void row(@Nullable Object[] row) {
    out.begin('D').int16(columns.size());
    for (int i = 0; i < writers.length; i++) {
      Object value = row[i];
      if (value == null) {
        out.int32(-1);
      } else {
        int length = out.reserve32();
        writers[i].write(value, out.bytes());
        out.fill32(length);
      }
    }
    out.end();
  }

  @Override
  public void complete(String tag) {
    out.begin('C').string(tag).end();
  }

  @Override
  public void empty() {
    out.empty('I');
  }

  @Override
  public void suspended() {
    out.empty('s');
  }

  @Override
  public void notice(Notice notice) {
    ErrorFields.notice(out, notice);
  }

  @Override
  public void parameter(String name, String value) {
    out.begin('S').string(name).string(value).end();
  }

  @Override
  public long mark() {
    return out.mark();
  }

  @Override
  public boolean rewind(long mark) {
    return out.rewind(mark);
  }

  // --- copy ------------------------------------------------------------------------------------

  @Override
  public CopySource copyIn(int count, boolean binary) {
    copyResponse('G', count, binary);
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this::nextCopyData;
  }

  private byte @Nullable [] nextCopyData() {
    try {
      while (true) {
        int type = in.messageType();
        if (type < 0) {
          throw new UncheckedIOException(new IOException("the client is gone"));
        }
        switch (FrontendDecoder.decode(type, in.messageBody())) {
          case FrontendMessage.CopyData data -> {
            if (data.bytes().length > 0) {
              return data.bytes();
            }
          }
          case FrontendMessage.CopyDone done -> {
            return null;
          }
          case FrontendMessage.CopyFail fail ->
              throw SqlException.of(
                  SqlState.QUERY_CANCELED, "COPY from stdin failed: %s", fail.message());
          // Sent by clients that pipeline; they mean nothing here.
          case FrontendMessage.Flush flush -> {}
          case FrontendMessage.Sync sync -> {}
          default ->
              throw SqlException.of(
                  SqlState.PROTOCOL_VIOLATION,
                  "unexpected message type 0x%02X during COPY from stdin",
                  type);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void copyOut(int count, boolean binary) {
    copyResponse('H', count, binary);
  }

  private void copyResponse(char type, int count, boolean binary) {
    out.begin(type).int8(binary ? 1 : 0).int16(count);
    for (int i = 0; i < count; i++) {
      out.int16(binary ? 1 : 0);
    }
    out.end();
  }

  @Override
  public void copyData(byte[] bytes, int length) {
    out.begin('d').raw(bytes, 0, length).end();
  }

  @Override
  public void copyDone() {
    out.empty('c');
  }
}
