package io.vpcrig.judge;

/** Who is asked. */
enum World {
  KERNEL,
  VPCRIG
}
