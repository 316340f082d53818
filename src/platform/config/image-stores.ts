import { Type } from "typebox";

const text = (description: string, more = {}) => Type.String({ description, minLength: 1, ...more });
const common = {
  id: text("how users name it", { pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" }),
  description: Type.Optional(Type.String()),
  default: Type.Optional(Type.Boolean({ description: "whether images go there if nobody says where" })),
};
const strict = { additionalProperties: false };

/** A folder on this host, or on what is mounted there. */
const files = Type.Object({ ...common, type: Type.Literal("file"), dir: text("a folder") }, strict);
const bucket = Type.Object(
  {
    ...common,
    type: Type.Literal("s3"),
    endpoint: text("a URL", { pattern: "^https?://" }),
    bucket: text("a bucket that is there"),
    prefix: Type.Optional(Type.String({ description: "what the names of objects begin with" })),
    region: Type.Optional(Type.String()),
    "access-key": text("whom to be known as"),
    "secret-key-file": text("the file that holds the secret key, and nothing else"),
  },
  strict,
);
const pool = Type.Object(
  {
    ...common,
    type: Type.Literal("rbd"),
    pool: text("a pool of Ceph"),
    conf: Type.Optional(text("Ceph's configuration file (/etc/ceph/ceph.conf)")),
    user: Type.Optional(text("Ceph's user (admin)")),
  },
  strict,
);

/** Where images are kept beside the folder of this program, which is the store "file". */
export const imageStoresSchema = Type.Array(Type.Union([files, bucket, pool]), {
  description:
    "stores of images beside the store file, as YAML: a list of {id, type: file, dir}, {id, type: s3, endpoint, bucket, access-key, secret-key-file} or {id, type: rbd, pool}, each with description and default as one likes",
});
