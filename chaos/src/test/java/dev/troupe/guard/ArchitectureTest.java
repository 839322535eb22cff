package dev.troupe.guard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dependency law of docs/architecture.md. A rule that is in the way is changed there first. */
class ArchitectureTest {

  @Test
  void shouldFindClassesOfTheModules() {
    assertThat(Modules.mainClasses())
        .as("the rules below hold for nothing when the import finds nothing")
        .anyMatch(found -> Modules.moduleOf(found).equals("protocol"))
        .anyMatch(found -> Modules.moduleOf(found).equals("actors"))
        .anyMatch(found -> Modules.moduleOf(found).equals("node"))
        .filteredOn(found -> Modules.moduleOf(found).isEmpty())
        .as("classes of no known module: name the module in Modules.ALL")
        .isEmpty();
  }

  @Test
  void shouldKeepEveryPackageInOneModule() {
    Map<String, Set<String>> modulesOfPackage =
        Modules.mainClasses().stream()
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName,
                    Collectors.mapping(Modules::moduleOf, Collectors.toSet())));
    assertThat(modulesOfPackage.entrySet())
        .as("packages split over two modules: package-private would reach across the border")
        .allMatch(entry -> entry.getValue().size() == 1);
  }

  @Test
  void protocolShouldDependOnNothingOfOurs() {
    classesOf("protocol", "protocol")
        .because("protocol is the vocabulary in which the other modules meet")
        .check(Modules.mainClasses());
  }

  @Test
  void protocolShouldKnowNeitherPekkoNorRocksDb() {
    noClasses()
        .that(Modules.in("protocol"))
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.pekko..", "org.rocksdb.."))
        .because("a port that shows what stands behind it cannot be simulated")
        .check(Modules.mainClasses());
  }

  @Test
  void storageShouldMeetTheOthersOnlyThroughPorts() {
    classesOf("persistence-rocksdb", "protocol", "persistence-rocksdb")
        .because("the storage engine is replaced by a simulated one in chaos")
        .check(Modules.mainClasses());
  }

  @Test
  void actorsShouldMeetTheOthersOnlyThroughPorts() {
    classesOf("actors", "protocol", "actors")
        .because("the actors run on simulated storage in chaos and know no engine")
        .check(Modules.mainClasses());
  }

  @Test
  void sqlShouldMeetTheOthersOnlyThroughPorts() {
    classesOf("sql-frontend", "protocol", "sql-frontend")
        .because("the key-value client port is the only door from SQL to data")
        .check(Modules.mainClasses());
  }

  @Test
  void loadGeneratorShouldBeABlackBox() {
    classesOf("loadgen", "protocol", "loadgen")
        .because("it judges a node from outside, by the public protocols alone")
        .check(Modules.mainClasses());
  }

  @Test
  void nodeShouldNotKnowItsTests() {
    noClasses()
        .that(Modules.in("node"))
        .should()
        .dependOnClassesThat(Modules.in("chaos"))
        .because("what is tested must not depend on what tests it")
        .check(Modules.mainClasses());
  }

  @Test
  void rocksDbShouldBeSeenByTheStorageEngineOnly() {
    noClasses()
        .that(not(Modules.in("persistence-rocksdb")))
        .should()
        .dependOnClassesThat(resideInAPackage("org.rocksdb.."))
        .because("native objects are opened, bounded and closed in one module")
        .check(Modules.mainClasses());
  }

  @Test
  void raftCoreShouldBePure() {
    noClasses()
        .that(resideInAPackage("dev.troupe.raft.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "org.apache.pekko..",
                    "org.rocksdb..",
                    "org.slf4j..",
                    "java.util.logging..",
                    "java.util.concurrent..",
                    "java.util.random..",
                    "java.time..",
                    "java.io..",
                    "java.nio.file..",
                    "java.net..")
                .and(not(type(Duration.class)))
                .or(type(Thread.class))
                .or(type(java.util.Random.class))
                .or(type(java.util.SplittableRandom.class))
                .or(type(java.util.Timer.class))
                .as("actors, storage, threads, futures, clocks, randomness, logging or I/O"))
        .because(
            "the core is a function of its inputs: the same inputs give the same outputs in every"
                + " run, which is what makes a simulated failure replayable")
        .check(Modules.mainClasses());
  }

  @Test
  void packagesShouldHaveNoCycles() {
    slices()
        .matching("dev.troupe.(**)")
        .should()
        .beFreeOfCycles()
        .because("packages in a circle can only be read, tested and changed together")
        .check(Modules.mainClasses());
  }

  /** The classes of a module may depend, among ours, on the allowed modules only. */
  private static ArchRule classesOf(String module, String... allowed) {
    return noClasses()
        .that(Modules.in(module))
        .should()
        .dependOnClassesThat(Modules.outside(allowed))
        .allowEmptyShould(true);
  }
}
