/** Something that a driver holds outside of the database, and for whose sake. */
export interface Trace {
  /** "qemu process", "tap", "logical switch port", "file" … */
  readonly kind: string;
  /** The id of the resource that it belongs to. */
  readonly subject: string;
  /** Where it is: a pid, a device name, a path, a row's uuid. */
  readonly where: string;
}
