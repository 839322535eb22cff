package dev.troupe.rocksdb.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.troupe.protocol.error.ErrorCode;
import dev.troupe.protocol.error.TroupeException;
import dev.troupe.protocol.model.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temporary;

  @Test
  void shouldCreateMissingDirectoryWithAStoreIdAndNoIdentity() {
    Path path = temporary.resolve("a/b");
    try (DataDirectory directory = DataDirectory.open(path)) {
      assertThat(directory.identity()).isEmpty();
      assertThat(directory.storeId()).hasSize(32);
      assertThat(directory.incarnation()).isEqualTo(1);
    }
  }

  @Test
  void shouldKeepIdentityAndRaiseIncarnationWithEveryOpening() {
    String storeId;
    try (DataDirectory directory = DataDirectory.open(temporary)) {
      storeId = directory.storeId();
      directory.stamp(identity("c1", 3, directory));
    }
    for (long incarnation = 2; incarnation < 5; incarnation++) {
      try (DataDirectory directory = DataDirectory.open(temporary)) {
        assertThat(directory.identity())
            .contains(new StoreIdentity("c1", new NodeId(3), storeId, incarnation));
      }
    }
  }

  @Test
  void shouldRefuseAnotherClusterOrNode() {
    try (DataDirectory directory = DataDirectory.open(temporary)) {
      directory.stamp(identity("c1", 3, directory));
      directory.stamp(identity("c1", 3, directory));
      assertRefused(
          () -> directory.stamp(identity("c2", 3, directory)),
          ErrorCode.WRONG_CLUSTER,
          "cluster c1");
      assertRefused(
          () -> directory.stamp(identity("c1", 4, directory)), ErrorCode.WRONG_CLUSTER, "node n3");
    }
  }

  @Test
  void shouldRefuseASecondOpeningInThisProcessAndKeepTheFirst() {
    try (DataDirectory directory = DataDirectory.open(temporary)) {
      assertRefused(
          () -> DataDirectory.open(temporary), ErrorCode.PRECONDITION_FAILED, "this process");
      assertRefused(
          () -> DataDirectory.open(temporary.resolve(".")),
          ErrorCode.PRECONDITION_FAILED,
          "this process");
      assertThat(directory.incarnation()).isEqualTo(1);
    }
    DataDirectory.open(temporary).close();
  }

  @Test
  void shouldRefuseADirectoryHeldByAnotherProcess() throws Exception {
    DataDirectory.open(temporary).close();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                temporary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo("held");
      assertRefused(
          () -> DataDirectory.open(temporary),
          ErrorCode.PRECONDITION_FAILED,
          "in use by process " + other.pid());
    } finally {
      other.destroyForcibly();
      assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    // The lock goes with its process, however it ends.
    DataDirectory.open(temporary).close();
  }

  /** Holds a data directory until it is killed. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]))) {
        System.out.println(directory.incarnation() > 0 ? "held" : "not held");
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void shouldRefuseAForeignDirectory() throws IOException {
    Files.writeString(temporary.resolve("precious.txt"), "mine");
    assertRefused(
        () -> DataDirectory.open(temporary), ErrorCode.PRECONDITION_FAILED, "precious.txt");
    assertThat(temporary.resolve("LOCK")).doesNotExist();
  }

  @Test
  void shouldRefuseDatabasesWhoseStampIsGone() throws IOException {
    DataDirectory.open(temporary).close();
    Files.createDirectory(temporary.resolve("log"));
    Files.delete(temporary.resolve("STORE"));
    assertRefused(() -> DataDirectory.open(temporary), ErrorCode.PRECONDITION_FAILED, "log");
  }

  @Test
  void shouldAcceptADirectoryLeftByACrashBeforeTheFirstStamp() throws IOException {
    Files.createDirectory(temporary.resolve("lost+found"));
    Files.createFile(temporary.resolve("LOCK"));
    Files.writeString(temporary.resolve("STORE.next"), "half");
    DataDirectory.open(temporary).close();
  }

  @Test
  void shouldRefuseADamagedStampAtEveryByte() throws IOException {
    DataDirectory.open(temporary).close();
    byte[] stamp = Files.readAllBytes(temporary.resolve("STORE"));
    for (int i = 0; i < stamp.length; i++) {
      byte[] damaged = stamp.clone();
      damaged[i] ^= 0x04;
      Files.write(temporary.resolve("STORE"), damaged);
      assertRefused(() -> DataDirectory.open(temporary), ErrorCode.CORRUPTION, "STORE");
      Files.write(temporary.resolve("STORE"), java.util.Arrays.copyOf(stamp, i));
      assertRefused(() -> DataDirectory.open(temporary), ErrorCode.CORRUPTION, "STORE");
    }
  }

  @Test
  void shouldRefuseANewerFormatAndSaySo() throws IOException {
    String body = "format 2\nstore 00\n";
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    Files.writeString(temporary.resolve("STORE"), body + "crc32c %08x\n".formatted(crc.getValue()));
    assertRefused(
        () -> DataDirectory.open(temporary), ErrorCode.PRECONDITION_FAILED, "newer version");
  }

  @Test
  void shouldRefuseAFileInPlaceOfADirectory() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertRefused(() -> DataDirectory.open(file), ErrorCode.STORAGE_FAILED, "file");
  }

  @Test
  void shouldKeepTheStampFormat() {
    assertThat(new StoreStamp("00ff", 7, 6, "c-1", new NodeId(2)).encode())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(
            """
            format 1
            store 00ff
            incarnation 7
            confirmed 6
            cluster c-1
            node 2
            crc32c 35457632
            """);
  }

  @Test
  void shouldReplaceFilesWhole() throws IOException {
    Path file = temporary.resolve("f");
    DurableFiles.replace(file, "one".getBytes(StandardCharsets.UTF_8));
    DurableFiles.replace(file, "two".getBytes(StandardCharsets.UTF_8));
    assertThat(file).hasContent("two");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      assertThat(channel.size()).isEqualTo(3);
    }
    assertThat(temporary.resolve("f.next")).doesNotExist();
  }

  private static StoreIdentity identity(String cluster, int node, DataDirectory directory) {
    return new StoreIdentity(
        cluster, new NodeId(node), directory.storeId(), directory.incarnation());
  }

  private static void assertRefused(ThrowingCallable action, ErrorCode code, String text) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(TroupeException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(text);
  }
}
