package dev.troupe.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * As much of kustomize as the manifests use, so that what they come to can be checked without it. A
 * field that this class does not know fails; {@link ManifestsTest} compares with the real one where
 * it is installed.
 */
final class Kustomization {
  /** By which field the elements of a list are told apart when a patch is merged into it. */
  private static final Map<String, String> MERGE_KEYS =
      Map.of("containers", "name", "volumes", "name", "env", "name", "volumeMounts", "mountPath");

  /** Where an image is said and by whom the workload of a pod is held. */
  private static final Set<String> KNOWN_FIELDS =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "resources",
          "configMapGenerator",
          "patches",
          "images");

  private final Path folder;
  private final Map<String, ObjectNode> objects = new LinkedHashMap<>();

  private Kustomization(Path folder) {
    this.folder = folder;
  }

  /** The objects that a folder comes to. Names of generated config maps have no hash. */
  static List<ObjectNode> build(Path folder) {
    Kustomization kustomization = new Kustomization(folder);
    kustomization.build();
    return List.copyOf(kustomization.objects.values());
  }

  private void build() {
    JsonNode file = Yaml.read(folder.resolve("kustomization.yaml")).getFirst();
    file.fieldNames()
        .forEachRemaining(
            field -> {
              if (!KNOWN_FIELDS.contains(field)) {
                throw new IllegalStateException(folder + ": this test does not know " + field);
              }
            });
    file.path("resources").forEach(resource -> add(folder.resolve(resource.asText())));
    file.path("configMapGenerator").forEach(this::generate);
    file.path("patches").forEach(this::patch);
    file.path("images").forEach(this::image);
    if (file.has("namespace")) {
      objects.values().forEach(object -> place(object, file.get("namespace").asText()));
    }
  }

  private void add(Path resource) {
    List<ObjectNode> found =
        Files.isDirectory(resource) ? build(resource.normalize()) : Yaml.read(resource);
    for (ObjectNode object : found) {
      if (objects.put(id(object), object) != null) {
        throw new IllegalStateException(resource + ": " + id(object) + " is there already");
      }
    }
  }

  private static String id(JsonNode object) {
    return object.path("kind").asText() + " " + object.path("metadata").path("name").asText();
  }

  private void generate(JsonNode generator) {
    String name = generator.get("name").asText();
    ObjectNode map = objects.get("ConfigMap " + name);
    boolean merge = generator.path("behavior").asText().equals("merge");
    if (merge != (map != null)) {
      throw new IllegalStateException(folder + ": behavior of the config map " + name);
    }
    if (map == null) {
      map = Yaml.object("apiVersion", "v1").put("kind", "ConfigMap");
      map.putObject("metadata").put("name", name);
      map.putObject("data");
      objects.put(id(map), map);
    }
    for (JsonNode file : generator.get("files")) {
      ((ObjectNode) map.get("data")).put(file.asText(), read(folder.resolve(file.asText())));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void patch(JsonNode patch) {
    if (patch.has("path")) {
      ObjectNode change = Yaml.read(folder.resolve(patch.get("path").asText())).getFirst();
      merge(target(id(change)), change);
      return;
    }
    JsonNode target = patch.get("target");
    ObjectNode object = target(target.get("kind").asText() + " " + target.get("name").asText());
    for (JsonNode step : Yaml.parse(patch.get("patch").asText())) {
      if (!step.get("op").asText().equals("replace")) {
        throw new IllegalStateException(folder + ": this test does not know " + step);
      }
      replace(object, step.get("path").asText(), step.get("value"));
    }
  }

  private ObjectNode target(String id) {
    ObjectNode object = objects.get(id);
    if (object == null) {
      throw new IllegalStateException(folder + ": nothing to patch: " + id);
    }
    return object;
  }

  private static void replace(ObjectNode object, String path, JsonNode value) {
    int last = path.lastIndexOf('/');
    JsonNode parent = object.at(path.substring(0, last));
    if (!(parent instanceof ObjectNode fields) || !fields.has(path.substring(last + 1))) {
      throw new IllegalStateException("nothing to replace at " + path);
    }
    fields.set(path.substring(last + 1), value);
  }

  private static void merge(ObjectNode into, ObjectNode change) {
    change
        .properties()
        .forEach(
            field -> {
              JsonNode present = into.get(field.getKey());
              String key = MERGE_KEYS.get(field.getKey());
              if (present instanceof ObjectNode object
                  && field.getValue() instanceof ObjectNode c) {
                merge(object, c);
              } else if (present instanceof ArrayNode list && key != null) {
                into.set(field.getKey(), mergeList(list, field.getValue(), key));
              } else {
                into.set(field.getKey(), field.getValue());
              }
            });
  }

  /** What is new comes first, as kustomize has it. */
  private static ArrayNode mergeList(ArrayNode present, JsonNode change, String key) {
    List<JsonNode> merged = new ArrayList<>();
    present.forEach(merged::add);
    int fresh = 0;
    for (JsonNode element : change) {
      JsonNode same =
          merged.stream()
              .filter(one -> one.get(key).equals(element.get(key)))
              .findFirst()
              .orElse(null);
      if (same != null) {
        merge((ObjectNode) same, (ObjectNode) element);
      } else {
        merged.add(fresh++, element);
      }
    }
    return Yaml.list(merged);
  }

  private void image(JsonNode image) {
    String from = image.get("name").asText();
    String to = image.get("newName").asText() + ":" + image.get("newTag").asText();
    for (ObjectNode object : objects.values()) {
      for (JsonNode container : object.at("/spec/template/spec/containers")) {
        if (container.get("image").asText().startsWith(from + ":")) {
          ((ObjectNode) container).put("image", to);
        }
      }
    }
  }

  private static void place(ObjectNode object, String namespace) {
    if (!object.get("kind").asText().equals("Namespace")) {
      ((ObjectNode) object.get("metadata")).put("namespace", namespace);
    }
  }
}
