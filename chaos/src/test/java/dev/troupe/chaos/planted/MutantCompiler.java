package dev.troupe.chaos.planted;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles changed sources in memory, against the unchanged classes. */
final class MutantCompiler {
  private static final List<Path> SOURCE_FOLDERS =
      List.of(
          Path.of("..", "actors", "src", "main", "java", "dev", "troupe", "raft"),
          Path.of("src", "main", "java", "dev", "troupe", "chaos", "sim"),
          Path.of("..", "actors", "src", "main", "java", "dev", "troupe", "range"),
          Path.of("..", "actors", "src", "main", "java", "dev", "troupe", "store"),
          Path.of("..", "actors", "src", "main", "java", "dev", "troupe", "gateway"));

  private MutantCompiler() {}

  /**
   * The classes of the files that a bug touches.
   *
   * @return class files by binary name
   */
  static Map<String, byte[]> compile(PlantedBug bug) {
    var sources = new LinkedHashMap<Path, String>();
    for (PlantedBug.Edit edit : bug.edits()) {
      Path file = find(edit.type());
      String source = sources.containsKey(file) ? sources.get(file) : read(file);
      sources.put(file, edit.applyTo(source));
    }
    var units = new ArrayList<JavaFileObject>();
    sources.forEach((file, text) -> units.add(new SourceText(file, text)));
    return units.isEmpty() ? Map.of() : compile(units);
  }

  private static Map<String, byte[]> compile(List<JavaFileObject> units) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var problems = new DiagnosticCollector<JavaFileObject>();
    var classes = new HashMap<String, ByteArrayOutputStream>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      var memory = new InMemoryClasses(files, classes);
      var options = List.of("-classpath", classPath(), "-proc:none", "-nowarn", "--release", "21");
      boolean fine = compiler.getTask(null, memory, problems, options, null, units).call();
      if (!fine) {
        throw new IllegalStateException("a planted bug must compile: " + problems.getDiagnostics());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var compiled = new HashMap<String, byte[]>();
    classes.forEach((name, bytes) -> compiled.put(name, bytes.toByteArray()));
    return compiled;
  }

  /** The test runner hides the class path behind a jar that only names it. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static Path find(String type) {
    for (Path folder : SOURCE_FOLDERS) {
      Path file = folder.resolve(type + ".java");
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new IllegalStateException("no source of " + type + " in " + SOURCE_FOLDERS);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class SourceText extends SimpleJavaFileObject {
    private final String text;

    SourceText(Path file, String text) {
      super(file.toAbsolutePath().toUri(), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemoryClasses
      extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemoryClasses(StandardJavaFileManager files, Map<String, ByteArrayOutputStream> classes) {
      super(files);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        JavaFileManager.Location location,
        String className,
        JavaFileObject.Kind kind,
        FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
        @Override
        public OutputStream openOutputStream() {
          var bytes = new ByteArrayOutputStream();
          classes.put(className, bytes);
          return bytes;
        }
      };
    }
  }
}
