package dev.troupe.k8s;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Documents of YAML as trees, and trees as objects of Kubernetes' API. */
final class Yaml {
  /** Keys that come twice, and numbers that would be strings, are errors. */
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              YAMLFactory.builder()
                  .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(new NoLeftovers())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Yaml() {}

  /** The model keeps fields that it does not know; here they are mistakes. */
  private static final class NoLeftovers extends JacksonAnnotationIntrospector {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  static List<ObjectNode> read(Path file) {
    try {
      return documents(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  static List<ObjectNode> documents(String text) throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    try (var found = MAPPER.readerFor(ObjectNode.class).<ObjectNode>readValues(text)) {
      found.forEachRemaining(all::add);
    }
    return all;
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode object(String field, String value) {
    return MAPPER.createObjectNode().put(field, value);
  }

  static ArrayNode list(List<JsonNode> elements) {
    return MAPPER.createArrayNode().addAll(elements);
  }

  /**
   * @throws IllegalArgumentException naming a field that the type does not have
   */
  static <T> T as(JsonNode tree, Class<T> type) {
    return STRICT.convertValue(tree, type);
  }
}
