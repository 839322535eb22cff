package dev.troupe.guard;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/** The calls that main code must not make, each with what to do instead. */
final class BannedCalls {
  /** A family of calls of the JDK and the way out. */
  record Banned(String what, Predicate<CodeUnitAccessTarget> match, String instead) {}

  static final List<Banned> ALL =
      List.of(
          new Banned(
              "reading the clock",
              method("java.lang.System", "currentTimeMillis", "nanoTime")
                  .or(method("java.time.Clock", "system", "systemUTC", "systemDefaultZone"))
                  .or(BannedCalls::isNowWithoutClock),
              "take a MonotonicClock or WallClock: simulated time must reach this code"),
          new Banned(
              "sleeping",
              method("java.lang.Thread", "sleep")
                  .or(method("java.util.concurrent.TimeUnit", "sleep"))
                  .or(method("java.util.concurrent.locks.LockSupport", "parkNanos", "parkUntil")),
              "set a timer or await a message: a sleeping thread serves nobody"),
          new Banned(
              "unseeded randomness",
              method("java.lang.Math", "random")
                  .or(method("java.util.concurrent.ThreadLocalRandom", "current"))
                  .or(BannedCalls::isUnseededRandom)
                  .or(method(UUID.class.getName(), "randomUUID")),
              "take a RandomSource: a run must be replayable from its seed"),
          new Banned(
              "the common pool",
              method("java.util.Collection", "parallelStream")
                  .or(
                      call ->
                          call.getName().equals("parallel")
                              && call.getOwner().isAssignableTo(BaseStream.class))
                  .or(method(Stream.class.getName(), "parallel"))
                  .or(method("java.util.concurrent.ForkJoinPool", "commonPool")),
              "it is shared by the whole process and nobody bounds it: name an executor"),
          new Banned(
              "an asynchronous stage without executor",
              BannedCalls::isAsyncWithoutExecutor,
              "it lands in the common pool: pass the executor that should run it"));

  private BannedCalls() {}

  private static Predicate<CodeUnitAccessTarget> method(String owner, String... names) {
    List<String> wanted = List.of(names);
    return call -> call.getOwner().isAssignableTo(owner) && wanted.contains(call.getName());
  }

  private static boolean isNowWithoutClock(CodeUnitAccessTarget call) {
    return call.getName().equals("now")
        && call.getOwner().getPackageName().startsWith("java.time")
        && call.getRawParameterTypes().stream()
            .noneMatch(parameter -> parameter.isAssignableTo(java.time.Clock.class));
  }

  private static boolean isUnseededRandom(CodeUnitAccessTarget call) {
    JavaClass owner = call.getOwner();
    boolean generator =
        owner.isEquivalentTo(Random.class)
            || owner.isEquivalentTo(java.util.SplittableRandom.class);
    return generator && call.getName().equals("<init>") && call.getRawParameterTypes().isEmpty();
  }

  private static boolean isAsyncWithoutExecutor(CodeUnitAccessTarget call) {
    return call.getName().endsWith("Async")
        && call.getOwner().isAssignableTo(CompletionStage.class)
        && call.getOwner().getPackageName().startsWith("java.")
        && call.getRawParameterTypes().stream()
            .noneMatch(parameter -> parameter.isAssignableTo(Executor.class));
  }
}
