package io.harvester.postgres.pg;

import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/** A statement's parameter in PostgreSQL's binary form; filled again for each statement. */
public class BinaryParameter extends PGobject implements PGBinaryObject {
  private static final long serialVersionUID = 1;

  private final transient BinaryBuffer bytes = new BinaryBuffer();

  /**
   * An empty one.
   *
   * @param type name of its type, as pgjdbc looks it up
   */
  public BinaryParameter(String type) {
    setType(type);
  }

  /** What is sent. */
  public BinaryBuffer bytes() {
    return bytes;
  }

  @Override
  public int lengthInBytes() {
    return bytes.length();
  }

  @Override
  public void toBytes(byte[] target, int offset) {
    bytes.copyTo(target, offset);
  }

  @Override
  public void setByteValue(byte[] value, int offset) {
    throw new UnsupportedOperationException("a parameter only");
  }

  @Override
  public boolean equals(Object other) { // contents change: it is the object itself
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    throw new CloneNotSupportedException();
  }
}
