import { anyToken } from "#platform/api/rules.ts";
import { route } from "../kit.ts";
import { imageSchema, listOf, memberSchema } from "./schemas.ts";

const rule = anyToken("Tell the shapes of what this service takes and gives.");

export const schemaRoutes = [
  route({ on: "GET /schemas/image", rule, of: nobody, run: () => imageSchema }),
  route({ on: "GET /schemas/images", rule, of: nobody, run: () => listOf("image", imageSchema) }),
  route({ on: "GET /schemas/member", rule, of: nobody, run: () => memberSchema }),
  route({ on: "GET /schemas/members", rule, of: nobody, run: () => listOf("member", memberSchema) }),
];

function nobody() {
  return {};
}
