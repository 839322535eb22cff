package dev.troupe.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.FlushJobInfo;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

class HardExitTest {
  private static final int STATUS = 15;

  @TempDir Path directory;

  /** That is where a full disk is noticed first, and where a halt never returns. */
  @Test
  void shouldEndTheProcessFromABackgroundThreadOfTheDatabase() throws Exception {
    assumeThat(HardExit.prepare().isPrepared()).isTrue();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Ending.class.getName(),
                directory.toString())
            .inheritIO()
            .start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(STATUS);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A process that ends while its database writes a file. */
  static final class Ending {
    private Ending() {}

    public static void main(String[] args) throws Exception {
      RocksDB.loadLibrary();
      HardExit exit = HardExit.prepare();
      var listener =
          new AbstractEventListener() {
            @Override
            public void onFlushBegin(RocksDB database, FlushJobInfo job) {
              exit.now(STATUS);
            }
          };
      try (var options = new Options().setCreateIfMissing(true).setListeners(List.of(listener));
          RocksDB database = RocksDB.open(options, args[0]);
          var flush = new FlushOptions().setWaitForFlush(true)) {
        database.put(new byte[] {1}, new byte[] {1});
        database.flush(flush);
      }
    }
  }
}
