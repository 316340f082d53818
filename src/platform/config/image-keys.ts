import { Type } from "typebox";
import { imageStoresSchema } from "./image-stores.ts";

const text = (description: string, more = {}) => Type.Optional(Type.String({ description, minLength: 1, ...more }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const seconds = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));
const amount = (description: string) => Type.Optional(Type.Integer({ minimum: 1, description }));
const methods = "(glance-direct|web-download|copy-image|glance-download)";

/** What the configuration says of images. */
export const imageKeys = {
  "image-import-methods": text(
    "how images may be imported, with commas: glance-direct, web-download, copy-image, glance-download (all of them)",
    { pattern: `^${methods}(,${methods})*$` },
  ),
  "image-stores": Type.Optional(imageStoresSchema),
  "image-convert-to": Type.Optional(
    Type.Union([Type.Literal("raw"), Type.Literal("qcow2")], {
      description: "the format that imported disks, those of appliances (OVA) too, are converted to; absent: none",
    }),
  ),
  "image-show-locations": flag("whether images show where their bytes are, and their owners may change that"),
  "image-show-direct-url": flag("whether images show the first place of their bytes"),
  "image-delayed-delete": seconds("seconds for which deleted images can be restored; 0: none at all"),
  "image-property-protection": text(
    "which properties of images who may create, read, update and delete: an INI text as Glance's property-protections.conf",
  ),
  "image-property-protection-by": Type.Optional(
    Type.Union([Type.Literal("roles"), Type.Literal("policies")], { description: "what stands in that text" }),
  ),
  "image-certificates": text("folder of the certificates (PEM, named by their ids) that sign images"),
  "image-download-schemes": text("schemes that images may be downloaded by, with commas (http,https)"),
  "image-download-no-schemes": text("schemes that they may not, where the list above is empty"),
  "image-download-hosts": text("hosts that images may be downloaded from, with commas (any)"),
  "image-download-no-hosts": text("hosts that they may not, where the list above is empty"),
  "image-download-ports": text("ports that images may be downloaded from, with commas (80,443); any: any"),
  "image-download-no-ports": text("ports that they may not, where the list above is any"),
  "image-download-largest": amount("most bytes of an image that is downloaded"),
  "image-download-seconds": amount("most seconds that the download of an image may take"),
  "image-download-inside": text(
    "addresses, networks and hosts that may be asked for images though they are not public",
  ),
};
