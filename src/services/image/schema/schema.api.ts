import { anyToken } from "#platform/api/rules.ts";
import { route } from "../kit.ts";
import {
  associationSchema,
  associationsSchema,
  namespaceSchema,
  namespacesSchema,
  objectSchema,
  objectsSchema,
  propertiesSchema,
  propertySchema,
  tagSchema,
  tagsSchema,
} from "../metadef/metadef.schema.ts";
import { taskSchema, tasksSchema } from "../task/task.schema.ts";
import { imageSchema, listOf, memberSchema } from "./schemas.ts";

const rule = anyToken("Tell the shapes of what this service takes and gives.");

/** https://docs.openstack.org/api-ref/image/v2/index.html#image-schemas */
export const schemaRoutes = [
  of("image", imageSchema),
  of("images", listOf("image", imageSchema)),
  of("member", memberSchema),
  of("members", listOf("member", memberSchema)),
  of("task", taskSchema),
  of("tasks", tasksSchema),
  of("metadefs/namespace", namespaceSchema),
  of("metadefs/namespaces", namespacesSchema),
  of("metadefs/object", objectSchema),
  of("metadefs/objects", objectsSchema),
  of("metadefs/property", propertySchema),
  of("metadefs/properties", propertiesSchema),
  of("metadefs/tag", tagSchema),
  of("metadefs/tags", tagsSchema),
  of("metadefs/resource_type", associationSchema),
  of("metadefs/resource_types", associationsSchema),
];

function of(name: string, schema: object) {
  return route({ on: `GET /schemas/${name}`, rule, of: () => ({}), run: () => schema });
}
