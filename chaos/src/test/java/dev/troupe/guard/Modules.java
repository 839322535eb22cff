package dev.troupe.guard;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** The compiled main code of all modules, and which module a class came from. */
final class Modules {
  static final List<String> ALL =
      List.of(
          "protocol", "persistence-rocksdb", "actors", "sql-frontend", "loadgen", "node", "chaos");

  private static final ImportOption MAIN_CODE_ONLY =
      location -> !location.contains("/test-classes/") && !location.contains("-tests.jar");

  private Modules() {}

  /** Main classes of all modules, generated ones included. Imported once: it takes a second. */
  static JavaClasses mainClasses() {
    return Imported.CLASSES;
  }

  /** A class of ours that belongs to one of these modules. */
  static DescribedPredicate<JavaClass> in(String... modules) {
    List<String> wanted = List.of(modules);
    return DescribedPredicate.describe(
        "in module " + String.join(", ", wanted),
        javaClass -> wanted.contains(moduleOf(javaClass)));
  }

  /** A class of ours that belongs to none of these modules. */
  static DescribedPredicate<JavaClass> outside(String... modules) {
    List<String> allowed = List.of(modules);
    return DescribedPredicate.describe(
        "of ours outside " + String.join(", ", allowed),
        javaClass -> isOurs(javaClass) && !allowed.contains(moduleOf(javaClass)));
  }

  static boolean isOurs(JavaClass javaClass) {
    return javaClass.getPackageName().startsWith("dev.troupe");
  }

  /**
   * The module by where the class file lies: in the module's output directory, or in its jar when
   * the build has come further. Empty for classes that are not ours.
   */
  static String moduleOf(JavaClass javaClass) {
    if (!isOurs(javaClass)) {
      return "";
    }
    String location =
        javaClass
            .getBaseComponentType()
            .getSource()
            .map(source -> source.getUri().toString())
            .orElse("");
    return ALL.stream()
        .filter(
            module ->
                location.contains("/" + module + "/target/")
                    || location.contains("/troupe-" + module + "-"))
        .findFirst()
        .orElse("");
  }

  private static final class Imported {
    static final JavaClasses CLASSES =
        new ClassFileImporter().withImportOption(MAIN_CODE_ONLY).importPackages("dev.troupe");
  }
}
