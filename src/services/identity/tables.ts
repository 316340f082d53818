import type { ColumnType, Generated } from "#platform/store/db.ts";
import type { AccessRuleRow, ApplicationCredentialRow } from "./application-credential/application-credential.ts";
import type { Acquaintance, Attempt } from "./attempt/attempt.ts";
import type { Endpoint, Region, ServiceEntry } from "./catalog/catalog.ts";
import type { CredentialRow } from "./credential/credential.ts";
import type { OptionRow } from "./domain-config/domain-config.ts";
import type { EndpointGroup, GroupProject, ProjectEndpoint } from "./endpoint-filter/endpoint-filter.ts";
import type {
  ExpiringMember,
  FederatedUser,
  IdentityProvider,
  Protocol,
  RemoteId,
  ServiceProvider,
  SignIn,
} from "./federation/federation.ts";
import type { Mapping } from "./federation/mapping.ts";
import type { Grant } from "./grant/grant.ts";
import type { Group, Member } from "./group/group.ts";
import type { RegisteredLimit } from "./limit/limit.ts";
import type { ConsumerRow, Nonce, OauthTokenRow } from "./oauth1/oauth1.ts";
import type { Association, Policy } from "./policy/policy.ts";
import type { Project } from "./project/project.ts";
import type { ImpliedRole, Role } from "./role/role.ts";
import type { KeyRow } from "./token/key.ts";
import type { Revocation } from "./token/revocation.ts";
import type { TrustRow } from "./trust/trust.ts";
import type { User } from "./user/user.ts";

/** Free attributes go in as text and come back as objects. */
type Stored<T> = {
  [K in keyof T]: K extends "extra" | "options" | "filters" ? ColumnType<T[K], string, string> : T[K];
};

export interface IdentityTables {
  identityProjects: Stored<Project>;
  identityUsers: Stored<User> & { readonly directoryLoginAt?: string | null };
  identityGroups: Stored<Group>;
  identityMembers: Member;
  identityRoles: Stored<Role>;
  identityImpliedRoles: ImpliedRole;
  identityGrants: Grant;
  identityRegions: Stored<Region>;
  identityServices: Stored<ServiceEntry>;
  identityEndpoints: Stored<Endpoint>;
  identityProjectEndpoints: ProjectEndpoint;
  identityEndpointGroups: Stored<EndpointGroup>;
  identityEndpointGroupProjects: GroupProject;
  identityRegisteredLimits: Omit<RegisteredLimit, "defaultLimit"> & {
    readonly quotaService: string;
    readonly quotaResource: string;
  };
  identityPolicies: Stored<Policy>;
  identityPolicyAssociations: Association;
  identityCredentials: Stored<CredentialRow>;
  identityApplicationCredentials: ApplicationCredentialRow;
  identityApplicationCredentialRoles: { readonly credentialId: string; readonly roleId: string };
  identityApplicationCredentialRules: { readonly credentialId: string; readonly ruleId: string };
  identityAccessRules: AccessRuleRow;
  identityPastPasswords: {
    readonly id: Generated<number>;
    readonly userId: string;
    readonly hash: string;
    readonly createdAt: string | null;
  };
  identityTrusts: Stored<TrustRow>;
  identityTrustRoles: { readonly trustId: string; readonly roleId: string };
  identityOauth1Consumers: Stored<ConsumerRow>;
  identityOauth1Tokens: OauthTokenRow;
  identityOauth1Nonces: Nonce;
  identityIdentityProviders: IdentityProvider;
  identityRemoteIds: RemoteId;
  identityProtocols: Protocol;
  identityMappings: Omit<Mapping, "rules"> & { readonly rules: ColumnType<Mapping["rules"], string, string> };
  identityServiceProviders: ServiceProvider;
  identityFederatedUsers: FederatedUser;
  identityExpiringMembers: ExpiringMember;
  identityPassingMembers: Member & { readonly expiresAt: string };
  identitySignIns: SignIn;
  identitySamlKeys: {
    readonly one: Generated<boolean>;
    readonly sealed: string;
    readonly certificate: string;
    readonly madeAt: string;
  };
  identityDomainOptions: Omit<OptionRow, "value"> & {
    readonly value: ColumnType<unknown, string | null, string | null>;
  };
  identityKeys: KeyRow;
  identityAttempts: Attempt;
  identityAcquaintances: Acquaintance;
  identityRevocations: Omit<Revocation, "id"> & { readonly id: Generated<number> };
}
