package dev.troupe.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.troupe.guard.BannedCalls.Banned;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Time, randomness and threads reach main code through ports, so that a simulation owns them. */
class BannedApiTest {
  /** Where a banned call is the purpose: the prefix of a class name, and why. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "dev.troupe.protocol.spi.SystemClocks",
          "the one place where the real clocks and randomness enter",
          "dev.troupe.loadgen",
          "a load generator measures real time, from outside of the product",
          "dev.troupe.node.demo",
          "the demo watches its node processes from outside, and looks again after a pause");

  @Test
  void mainCodeShouldNotCallBannedApi() {
    assertThat(violations(Modules.mainClasses()))
        .as("calls that main code must not make (BannedApiTest.ALLOWED names the exceptions)")
        .isEmpty();
  }

  @Test
  void shouldRecogniseEveryBannedCall() {
    JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);
    for (Banned banned : BannedCalls.ALL) {
      assertThat(violations(offender))
          .as("the planted call of the kind: %s", banned.what())
          .anyMatch(violation -> violation.contains(banned.what()));
    }
    assertThat(violations(offender)).hasSize(10);
  }

  private static List<String> violations(JavaClasses classes) {
    return classes.stream()
        .filter(Modules::isOurs)
        .filter(javaClass -> ALLOWED.keySet().stream().noneMatch(javaClass.getName()::startsWith))
        .flatMap(BannedApiTest::violationsOf)
        .sorted()
        .toList();
  }

  private static Stream<String> violationsOf(JavaClass javaClass) {
    return javaClass.getCodeUnitAccessesFromSelf().stream()
        .flatMap(
            access ->
                BannedCalls.ALL.stream()
                    .filter(banned -> banned.match().test(target(access)))
                    .map(banned -> describe(access, banned)));
  }

  private static CodeUnitAccessTarget target(JavaCodeUnitAccess<?> access) {
    return access.getTarget();
  }

  private static String describe(JavaCodeUnitAccess<?> access, Banned banned) {
    return "%s in %s: %s; %s"
        .formatted(
            access.getTarget().getFullName(),
            access.getSourceCodeLocation(),
            banned.what(),
            banned.instead());
  }

  /** Breaks every rule, so that the test of the rules can fail. Never run. */
  @SuppressWarnings({"unused", "FutureReturnValueIgnored"})
  private static final class Offender {
    final LongSupplier clock = System::nanoTime;

    Object offend() throws InterruptedException {
      Instant now = Instant.now();
      Thread.sleep(System.currentTimeMillis());
      CompletableFuture.runAsync(() -> {}).thenApplyAsync(done -> done);
      List.of(1).parallelStream().forEach(number -> {});
      return List.of(new Random(), UUID.randomUUID(), ThreadLocalRandom.current(), now);
    }
  }
}
