package dev.troupe.sql.schema;

import dev.troupe.sql.catalog.SchemaDescriptor;
import dev.troupe.sql.catalog.VirtualTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Schemas and tables that exist in every catalog without being kept. Immutable. */
public interface VirtualRelations {
  /** There are none. */
  VirtualRelations NONE =
      new VirtualRelations() {
        @Override
        public @Nullable VirtualTable find(String schema, String name) {
          return null;
        }

        @Override
        public @Nullable VirtualTable find(long id) {
          return null;
        }

        @Override
        public List<VirtualTable> all() {
          return List.of();
        }

        @Override
        public List<SchemaDescriptor> schemas() {
          return List.of();
        }
      };

  @Nullable VirtualTable find(String schema, String name);

  @Nullable VirtualTable find(long id);

  List<VirtualTable> all();

  List<SchemaDescriptor> schemas();
}
