import { Type } from "typebox";

const text = (description: string, more = {}) => Type.String({ description, minLength: 1, ...more });
const name = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

/** Where volumes are kept. */
export const volumeKeys = {
  "volume-store": Type.Optional(
    Type.Object(
      {
        type: Type.Literal("rbd"),
        pool: text("a pool of Ceph that nothing else keeps volumes in", { pattern: name }),
        conf: Type.Optional(text("Ceph's configuration file (/etc/ceph/ceph.conf)", { pattern: "^/" })),
        user: Type.Optional(text("Ceph's user (admin)", { pattern: name })),
        keyring: Type.Optional(
          text("the file of that user's key (/etc/ceph/ceph.client.<user>.keyring)", { pattern: "^/" }),
        ),
      },
      {
        additionalProperties: false,
        description:
          "a pool of Ceph for volumes, as YAML: {type: rbd, pool}, with conf, user and keyring as one likes; absent: files in the state folder",
      },
    ),
  ),
};
