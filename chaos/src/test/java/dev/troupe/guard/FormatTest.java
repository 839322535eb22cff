package dev.troupe.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every Java source is as google-java-format would write it, so no review speaks of layout. */
class FormatTest {
  private static final boolean FIX = Boolean.getBoolean("fmt.fix");

  @Test
  void shouldBeFormatted() throws IOException {
    List<String> unformatted = new ArrayList<>();
    for (Path source : Repository.javaSources()) {
      String before = Repository.read(source);
      String after = formatted(source, before);
      if (!after.equals(before)) {
        if (FIX) {
          Files.writeString(source, after);
        } else {
          unformatted.add(Repository.relative(source));
        }
      }
    }
    assertThat(unformatted)
        .as(
            "Not formatted by google-java-format. To format in place run .ci/fmt --all, or%n"
                + "  mvn -q -pl chaos -am test -Dtest=FormatTest -Dfmt.fix=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false")
        .isEmpty();
  }

  /** The same steps in the same order as the formatter's own command line, which .ci/fmt calls. */
  private static String formatted(Path source, String text) {
    try {
      String ordered = ImportOrderer.reorderImports(text, Style.GOOGLE);
      String needed = RemoveUnusedImports.removeUnusedImports(ordered);
      Formatter formatter = new Formatter();
      return StringWrapper.wrap(formatter.formatSource(needed), formatter);
    } catch (FormatterException e) {
      throw new IllegalStateException("cannot parse " + Repository.relative(source), e);
    }
  }
}
