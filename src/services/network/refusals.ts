import { ApiError, badRequest, conflict, notFound } from "#platform/api/errors.ts";
import { spell } from "./resource/attribute.ts";

/** Neutron's refusals: its names of them and its sentences. */
export const no = {
  network: (id: string) => notFound(`Network ${id} could not be found.`, "NetworkNotFound"),
  subnet: (id: string) => notFound(`Subnet ${id} could not be found.`, "SubnetNotFound"),
  port: (id: string) => notFound(`Port ${id} could not be found.`, "PortNotFound"),
  router: (id: string) => notFound(`Router ${id} could not be found`, "RouterNotFound"),
  floatingIp: (id: string) => notFound(`Floating IP ${id} could not be found`, "FloatingIPNotFound"),
  securityGroup: (id: string) => notFound(`Security group ${id} does not exist`, "SecurityGroupNotFound"),
  securityGroupRule: (id: string) => notFound(`Security group rule ${id} does not exist`, "SecurityGroupRuleNotFound"),
  tag: (tag: string) => notFound(`Tag ${tag} could not be found.`, "TagNotFound"),
  agent: (id: string) => notFound(`Agent ${id} could not be found.`, "AgentNotFound"),
  extension: (alias: string) => notFound(`Extension with alias ${alias} does not exist`, "HTTPNotFound"),
  resource: () => notFound("The resource could not be found.", "HTTPNotFound"),
} as const;

export const wrong = {
  input: (why: string) => badRequest(`Invalid input for operation: ${why}.`, "InvalidInput"),
  request: (why: string) => badRequest(why, "HTTPBadRequest"),
  with: (kind: string, why: string) => badRequest(why, kind),
} as const;

export const clash = (kind: string, why: string) => conflict(why, kind);

export function overQuota({ resource }: { resource: string }): ApiError {
  return conflict(`Quota exceeded for resources: ${spell([resource])}.`, "OverQuota");
}
export function notAuthorized(...names: readonly string[]): ApiError {
  const rules = names.map((name) => `rule:${name}`).join(" and ");
  return new ApiError(403, `(${rules}) is disallowed by policy`, { kind: "PolicyNotAuthorized" });
}
export function noAddress(networkId: string): ApiError {
  return conflict(`No more IP addresses available on network ${networkId}.`, "IpAddressGenerationFailure");
}
export function noSegment(): ApiError {
  return new ApiError(503, "Unable to create the network. No tenant network is available for allocation.", {
    kind: "NoNetworkAvailable",
  });
}
export function staleRevision(resource: string, asked: number): ApiError {
  const why = `Constrained to ${asked}, but current revision is different for ${resource}.`;
  return new ApiError(412, why, { kind: "RevisionNumberConstraintFailed" });
}

const kinds: Readonly<Record<number, string>> = {
  400: "HTTPBadRequest",
  401: "HTTPUnauthorized",
  403: "PolicyNotAuthorized",
  404: "HTTPNotFound",
  409: "HTTPConflict",
  500: "HTTPInternalServerError",
  503: "HTTPServiceUnavailable",
};
/** The body of a refusal. */
export function errorBody({ status, kind, message }: ApiError) {
  return { NeutronError: { type: kind ?? kinds[status] ?? "HTTPClientError", message, detail: "" } };
}
