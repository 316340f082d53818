import { filterRoutes } from "../endpoint-filter/endpoint-filter.api.ts";
import { limitRoutes } from "../limit/limit.api.ts";
import { policyRoutes } from "../policy/policy.api.ts";
import { endpointRoutes } from "./endpoint.api.ts";
import { regionRoutes } from "./region.api.ts";
import { serviceRoutes } from "./service.api.ts";

export const catalogRoutes = [
  ...serviceRoutes,
  ...endpointRoutes,
  ...regionRoutes,
  ...filterRoutes,
  ...policyRoutes,
  ...limitRoutes,
];
