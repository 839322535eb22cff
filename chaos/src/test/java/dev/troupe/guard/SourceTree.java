package dev.troupe.guard;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the compiler's parser sees of one source file: its types and methods, without resolving
 * names.
 */
record SourceTree(Path path, List<Type> types, List<Method> methods) {

  /** A top-level type. */
  record Type(String name, boolean isPublic, boolean hasJavadoc) {}

  /** A method or constructor with its length from signature to closing brace. */
  record Method(String name, long firstLine, long lines) {}

  /** Parses the files in one go, which is much faster than one by one. */
  static List<SourceTree> parse(List<Path> paths) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(paths));
      DocTrees trees = DocTrees.instance(task);
      List<SourceTree> parsed = new ArrayList<>();
      for (CompilationUnitTree unit : task.parse()) {
        Scanner scanner = new Scanner(trees, unit);
        scanner.scan(unit, null);
        parsed.add(
            new SourceTree(Path.of(unit.getSourceFile().toUri()), scanner.types, scanner.methods));
      }
      return parsed;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot parse the sources", e);
    }
  }

  private static final class Scanner extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final DocTrees trees;
    private final CompilationUnitTree unit;
    private final LineMap lineMap;
    private final SourcePositions positions;
    private final List<Type> types = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();

    Scanner(DocTrees trees, CompilationUnitTree unit) {
      this.trees = trees;
      this.unit = unit;
      this.lineMap = unit.getLineMap();
      this.positions = trees.getSourcePositions();
    }

    @Override
    public @Nullable Void visitClass(ClassTree tree, @Nullable Void nothing) {
      if (getCurrentPath().getParentPath().getLeaf() instanceof CompilationUnitTree) {
        types.add(
            new Type(
                tree.getSimpleName().toString(),
                tree.getModifiers().getFlags().contains(Modifier.PUBLIC),
                trees.getDocComment(getCurrentPath()) != null));
      }
      return super.visitClass(tree, nothing);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
      long first = line(positions.getStartPosition(unit, startOfSignature(tree)));
      long last = line(positions.getEndPosition(unit, tree));
      methods.add(new Method(tree.getName().toString(), first, last - first + 1));
      return super.visitMethod(tree, nothing);
    }

    /** Annotations above the signature do not count. */
    private static Tree startOfSignature(MethodTree tree) {
      return tree.getReturnType() == null ? tree : tree.getReturnType();
    }

    private long line(long position) {
      return lineMap.getLineNumber(position);
    }
  }
}
