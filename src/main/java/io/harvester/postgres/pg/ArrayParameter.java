// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

/**
 * A one-dimensional array as a statement parameter in binary format (array_recv,
 * src/backend/utils/adt/arrayfuncs.c). Cleared and reused from statement to statement.
 */
public final class ArrayParameter extends BinaryParameter {
  private static final long serialVersionUID = 1;

  private static final int COUNT_AT = 12;

  private final int elementOid;
  private int count;

  /**
   * An empty array.
   *
   * @param type name of the array type as pgjdbc looks it up, such as {@code _int4}
   * @param elementOid OID of the element type
   */
  public ArrayParameter(String type, int elementOid) {
    super(type);
    this.elementOid = elementOid;
    clear();
  }

  /** Removes all elements. */
  public void clear() {
    count = 0;
    bytes().clear();
    bytes().putInt(1); // dimensions
    bytes().putInt(1); // may contain NULLs
    bytes().putInt(elementOid);
    bytes().putInt(0); // element count, set by toBytes
    bytes().putInt(1); // lower bound
  }

  /** Appends an {@code int4}. */
  public void add(int value) {
    count++;
    bytes().putInt(4);
    bytes().putInt(value);
  }

  /** Appends an {@code int8}. */
  public void add(long value) {
    count++;
    bytes().putInt(8);
    bytes().putLong(value);
  }

  /** Appends an element that is already in binary format. */
  public void add(BinaryBuffer value) {
    count++;
    bytes().putInt(value.length());
    bytes().put(value);
  }

  /** Appends a NULL. */
  public void addNull() {
    count++;
    bytes().putInt(-1);
  }

  @Override
  public void toBytes(byte[] target, int offset) {
    bytes().setInt(COUNT_AT, count);
    super.toBytes(target, offset);
  }
}
