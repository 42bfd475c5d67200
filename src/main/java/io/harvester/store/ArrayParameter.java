package io.harvester.store;

import io.harvester.compress.Bytes;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * An array as a statement's parameter, in PostgreSQL's binary form (array_recv,
 * src/backend/utils/adt/arrayfuncs.c); filled again for each statement.
 */
final class ArrayParameter extends PGobject implements PGBinaryObject {
  private static final long serialVersionUID = 1;

  private static final int COUNT_AT = 12;

  private final int elementOid;
  private final transient Bytes bytes = new Bytes();
  private int count;
  private int lengthAt;

  /**
   * An empty array.
   *
   * @param type name of the array's type, as pgjdbc looks it up
   */
  ArrayParameter(String type, int elementOid) {
    setType(type);
    this.elementOid = elementOid;
    clear();
  }

  void clear() {
    count = 0;
    bytes.clear();
    bytes.putInt(1); // dimensions
    bytes.putInt(1); // may have nulls
    bytes.putInt(elementOid);
    bytes.putInt(0); // elements, set at the end
    bytes.putInt(1); // lower bound
  }

  void add(int value) {
    count++;
    bytes.putInt(4);
    bytes.putInt(value);
  }

  void add(long value) {
    count++;
    bytes.putInt(8);
    bytes.putLong(value);
  }

  void addNull() {
    count++;
    bytes.putInt(-1);
  }

  /** Starts an element of any length; what is put into the result until {@link #end} is it. */
  Bytes begin() {
    count++;
    lengthAt = bytes.length();
    bytes.putInt(0);
    return bytes;
  }

  void end() {
    bytes.setInt(lengthAt, bytes.length() - lengthAt - 4);
  }

  @Override
  public int lengthInBytes() {
    return bytes.length();
  }

  @Override
  public void toBytes(byte[] target, int offset) {
    bytes.setInt(COUNT_AT, count);
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
