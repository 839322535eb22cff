package dev.troupe.sql.exec;

import dev.troupe.sql.type.SqlType;
import java.util.List;

/** What is needed to put rows of certain types into a temporary file. Immutable. */
record RowSpill(List<SqlType> types) {
  RowSpill {
    types = List.copyOf(types);
  }

  SpillFile newFile() {
    return new SpillFile(new RowCodec(types));
  }
}
