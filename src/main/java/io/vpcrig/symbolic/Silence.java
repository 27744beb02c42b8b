package io.vpcrig.symbolic;

import com.github.javabdd.BDDFactory;
import java.lang.reflect.Method;

/** Takes the place of JavaBDD's reports, which would go to stdout: it tells whom it is given. */
final class Silence {
  private Silence() {}

  static void over(BDDFactory factory) {
    try {
      Method nothing = Silence.class.getDeclaredMethod("nothing");
      nothing.setAccessible(true);
      factory.registerGCCallback(null, nothing);
      factory.registerResizeCallback(null, nothing);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  // Called by JavaBDD through reflection.
  @SuppressWarnings("UnusedMethod")
  private static void nothing() {}
}
