package dev.troupe.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the scenario files under {@code src/test/resources/raft}. A file is a row of blocks: a
 * comment that says what must happen, commands, {@code ----}, and the expected output up to an
 * empty line. With {@code -Draft.rewrite=true} the expected output is written anew: commit only
 * differences that you can explain.
 */
class ScenarioTest {
  private static final Path FOLDER = Path.of("src/test/resources/raft");
  private static final String RULE = "----";

  /** Comments and commands as they stand. */
  private record Block(List<String> head) {}

  @TestFactory
  Stream<DynamicTest> shouldBehaveAsScenariosSay() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".txt")).sorted().toList().stream()
          .map(f -> DynamicTest.dynamicTest(f.getFileName().toString(), () -> check(f)));
    }
  }

  private static void check(Path file) throws IOException {
    String before = Files.readString(file);
    String after = play(before);
    if (Boolean.getBoolean("raft.rewrite")) {
      Files.writeString(file, after);
    } else {
      assertThat(after).as(file.toString()).isEqualTo(before);
    }
  }

  private static String play(String text) {
    ScenarioWorld world = new ScenarioWorld();
    var out = new StringBuilder();
    for (Block block : parse(text)) {
      if (!out.isEmpty()) {
        out.append('\n');
      }
      for (String line : block.head()) {
        out.append(line).append('\n');
        if (!line.startsWith("#")) {
          run(world, line);
        }
      }
      String output = world.takeOutput();
      out.append(RULE).append('\n').append(output.isEmpty() ? "ok\n" : output);
    }
    return out.toString();
  }

  private static void run(ScenarioWorld world, String line) {
    try {
      for (String command : line.split(";")) {
        ScenarioVerbs.run(world, command);
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("in '" + line + "' after:\n" + world.takeOutput(), e);
    }
  }

  private static List<Block> parse(String text) {
    var blocks = new ArrayList<Block>();
    var head = new ArrayList<String>();
    boolean below = false;
    for (String line : text.lines().toList()) {
      if (line.equals(RULE)) {
        below = true;
      } else if (below && line.isBlank()) {
        blocks.add(new Block(List.copyOf(head)));
        head.clear();
        below = false;
      } else if (!below && !line.isBlank()) {
        head.add(line);
      }
    }
    if (!head.isEmpty()) {
      blocks.add(new Block(List.copyOf(head)));
    }
    return blocks;
  }
}
