package dev.troupe.node.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.troupe.node.ExitCode;
import dev.troupe.node.boot.MemoryBudget.Process;
import dev.troupe.node.config.NodeSettings;
import dev.troupe.node.config.SettingsLoader;
import dev.troupe.rocksdb.store.StoreOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1024 * MIB;

  private static MemoryBudget.Division divide(Process process, String... settings) {
    Map<String, Object> flags = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      flags.put(settings[i], settings[i + 1]);
    }
    NodeSettings loaded = new SettingsLoader(Map.of(), new Properties()).load(flags, null);
    return MemoryBudget.divide(loaded.config(), StorageConfig.wanted(loaded.config()), process);
  }

  private static Process process(long limitMib, long heapMib) {
    return new Process(OptionalLong.of(limitMib * MIB), heapMib * MIB, heapMib / 2 * MIB);
  }

  @Test
  void shouldNotDivideWhatNothingLimits() {
    Process free = new Process(OptionalLong.empty(), 8 * GIB, 8 * GIB);

    assertThat(divide(free).store()).isEqualTo(StoreOptions.DEFAULTS);
    assertThat(divide(free, "troupe.storage.cache", "3 GiB").store().cacheBytes())
        .isEqualTo(3 * GIB);
  }

  @Test
  void shouldGiveTheStoreWhatIsLeft() {
    MemoryBudget.Division two = divide(process(2048, 819));
    assertThat(two.text())
        .isEqualTo(
            "2048 MiB = heap 819 + direct buffers 409 + block cache 276 + log buffer 32 + JVM 256"
                + " + a command beside it 128 + allocators 128, 0 left");
    assertThat(two.store().cacheBytes()).isEqualTo(276 * MIB);

    assertThat(divide(process(8192, 2048)).store().cacheBytes()).isGreaterThan(4 * GIB);
  }

  @Test
  void shouldLeaveWhatIsNotAskedFor() {
    assertThat(divide(process(2048, 512), "troupe.storage.cache", "128 MiB").text())
        .contains("block cache 128")
        .endsWith(", 608 left");
  }

  @Test
  void shouldRefuseToStartOverBudgetAndSayTheDivision() {
    StartProblem small = catchThrowableOfType(StartProblem.class, () -> divide(process(1024, 409)));
    assertThat(small.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(small)
        .hasMessageContaining("could need 133 MiB of memory more than it may use")
        .hasMessageContaining("1024 MiB = heap 409 + direct buffers 204 + block cache 64")
        .hasMessageContaining("TROUPE_HEAP");

    StartProblem large =
        catchThrowableOfType(
            StartProblem.class, () -> divide(process(2048, 512), "troupe.storage.cache", "1 GiB"));
    assertThat(large).hasMessageContaining("block cache 1024");
  }

  @Test
  void shouldPreferALimitThatIsSet() {
    assertThat(divide(process(1024, 512), "troupe.memory.limit", "4 GiB").text())
        .startsWith("4096 MiB");
    assertThat(divide(process(1024, 4096), "troupe.memory.limit", "none").store())
        .isEqualTo(StoreOptions.DEFAULTS);
  }

  @Test
  void shouldReadTheLimitsOfThisProcess() {
    Process present = Process.present();
    assertThat(present.heap()).isGreaterThanOrEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(present.direct()).isPositive();
  }
}
