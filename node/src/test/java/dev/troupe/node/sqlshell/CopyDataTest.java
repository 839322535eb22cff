package dev.troupe.node.sqlshell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class CopyDataTest {
  @Test
  void shouldReadUpToTheEndMark() throws IOException {
    Iterator<String> lines = List.of("1\ta", "", "2\tb", "\\.", "select 1;").iterator();
    StringWriter read = new StringWriter();
    new CopyData(lines::next).transferTo(read);
    assertThat(read.toString()).isEqualTo("1\ta\n\n2\tb\n");
    assertThat(lines.next()).isEqualTo("select 1;");
  }

  @Test
  void shouldSkipRowsThatNobodyTook() throws IOException {
    Iterator<String> lines = List.of("1\ta", "\\.", "select 1;").iterator();
    new CopyData(lines::next).close();
    assertThat(lines.next()).isEqualTo("select 1;");
  }

  @Test
  void shouldKnowWhatIsFollowedByRows() {
    assertThat(CopyData.follows("COPY t (a, b)\nFROM STDIN WITH (FORMAT csv)")).isTrue();
    assertThat(CopyData.follows("copy t to stdout")).isFalse();
    assertThat(CopyData.isAnswer("copy t to stdout")).isTrue();
    assertThat(CopyData.follows("select 'copy t from stdin'")).isFalse();
  }
}
