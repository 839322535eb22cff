package dev.troupe.node.sqlshell;

import java.io.PrintWriter;

/** How rows are written. */
public enum ResultFormat {
  TABLE {
    @Override
    void write(PrintWriter out, Answer.Rows result) {
      AlignedText.write(out, result);
    }
  },
  CSV {
    @Override
    void write(PrintWriter out, Answer.Rows result) {
      CsvText.write(out, result);
    }
  },
  JSON {
    @Override
    void write(PrintWriter out, Answer.Rows result) {
      JsonRows.write(out, result);
    }
  };

  abstract void write(PrintWriter out, Answer.Rows result);
}
