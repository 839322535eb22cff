package dev.troupe.sql.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a statement gives; of several, the rows of the last. */
final class CollectedRows implements ResultSink {
  final List<List<@Nullable Object>> rows = new ArrayList<>();
  final List<String> columns = new ArrayList<>();
  final List<String> tags = new ArrayList<>();
  final List<Notice> notices = new ArrayList<>();

  @Override
  public void begin(List<ResultColumn> given, int[] formats, boolean describe) {
    rows.clear();
    columns.clear();
    given.forEach(column -> columns.add(column.name()));
  }

  @Override
  public void row(@Nullable Object[] row) {
    rows.add(new ArrayList<>(Arrays.asList(row)));
  }

  @Override
  public void complete(String tag) {
    tags.add(tag);
  }

  @Override
  public void empty() {}

  @Override
  public void suspended() {}

  @Override
  public void notice(Notice notice) {
    notices.add(notice);
  }

  @Override
  public void parameter(String name, String value) {}

  @Override
  public CopySource copyIn(int count, boolean binary) {
    throw new UnsupportedOperationException("COPY");
  }

  @Override
  public void copyOut(int count, boolean binary) {}

  @Override
  public void copyData(byte[] bytes, int length) {}

  @Override
  public void copyDone() {}

  @Override
  public long mark() {
    return 0;
  }

  @Override
  public boolean rewind(long mark) {
    rows.clear();
    return true;
  }

  /** Of the last statement. */
  String tag() {
    return tags.isEmpty() ? "" : tags.getLast();
  }
}
