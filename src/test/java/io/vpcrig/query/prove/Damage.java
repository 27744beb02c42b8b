package io.vpcrig.query.prove;

import io.vpcrig.acl.Classifier;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Changes single numbers in the tables of a compiled form, whatever engine made it. */
final class Damage {
  /** A table and the path to it. */
  private record Table(String path, int[] cells) {}

  private final List<Table> tables = new ArrayList<>();

  Damage(Classifier form) {
    gather("form", form, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private void gather(String path, Object object, Set<Object> known) {
    if (object == null || !known.add(object)) {
      return;
    }
    if (object instanceof int[] cells) {
      if (cells.length > 0) {
        tables.add(new Table(path, cells));
      }
    } else if (object instanceof Object[] objects) {
      for (int k = 0; k < objects.length; k++) {
        gather(path + "[" + k + "]", Array.get(object, k), known);
      }
    } else if (object.getClass().getName().startsWith("io.vpcrig.acl.")) {
      for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
            gather(path + "." + field.getName(), value(field, object), known);
          }
        }
      }
    }
  }

  private static Object value(Field field, Object object) {
    try {
      field.setAccessible(true);
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** One change, which {@link #undo} takes back. */
  record Change(String path, int[] cells, int index, int before, int after) {
    void undo() {
      cells[index] = before;
    }

    @Override
    public String toString() {
      return path + "[" + index + "]: " + before + " -> " + after;
    }
  }

  Change random(SplittableRandom random) {
    Table table = tables.get(random.nextInt(tables.size()));
    int index = random.nextInt(table.cells.length);
    int before = table.cells[index];
    int after =
        switch (random.nextInt(5)) {
          case 0 -> before ^ 1 << random.nextInt(32);
          case 1 -> before ^ 1 << random.nextInt(8);
          case 2 -> before + 1;
          case 3 -> before - 1;
          default -> table.cells[random.nextInt(table.cells.length)];
        };
    table.cells[index] = after;
    return new Change(table.path, table.cells, index, before, after);
  }
}
