package io.harvester.postgres.pg;

/** An array (array_recv, src/backend/utils/adt/arrayfuncs.c). */
public final class ArrayParameter extends BinaryParameter {
  private static final long serialVersionUID = 1;

  private static final int COUNT_AT = 12;

  private final int elementOid;
  private int count;

  /**
   * An empty array.
   *
   * @param type name of the array's type, as pgjdbc looks it up
   */
  public ArrayParameter(String type, int elementOid) {
    super(type);
    this.elementOid = elementOid;
    clear();
  }

  public void clear() {
    count = 0;
    bytes().clear();
    bytes().putInt(1); // dimensions
    bytes().putInt(1); // may have nulls
    bytes().putInt(elementOid);
    bytes().putInt(0); // elements, set at the end
    bytes().putInt(1); // lower bound
  }

  public void add(int value) {
    count++;
    bytes().putInt(4);
    bytes().putInt(value);
  }

  public void add(long value) {
    count++;
    bytes().putInt(8);
    bytes().putLong(value);
  }

  public void add(BinaryBuffer value) {
    count++;
    bytes().putInt(value.length());
    bytes().put(value);
  }

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
