import { service } from "#platform/service/kit.ts";
import { accessRuleRoutes } from "./application-credential/access-rule.api.ts";
import { applicationCredentialRoutes } from "./application-credential/application-credential.api.ts";
import { forgetAttempts } from "./attempt/attempts.loop.ts";
import { catalogRoutes } from "./catalog/catalog.api.ts";
import { credentialRoutes } from "./credential/credential.api.ts";
import { ec2Routes } from "./credential/ec2.api.ts";
import { signedRoutes } from "./credential/signed.api.ts";
import { watchDirectories } from "./directory/watch.loop.ts";
import { domainRoutes } from "./domain/domain.api.ts";
import { domainConfigRoutes } from "./domain-config/domain-config.api.ts";
import { errorBody } from "./errors.ts";
import { mappingRoutes } from "./federation/mapping.api.ts";
import { protocolRoutes } from "./federation/protocol.api.ts";
import { providerRoutes } from "./federation/provider.api.ts";
import { serviceProviderRoutes } from "./federation/service-provider.api.ts";
import { signInRoutes } from "./federation/sign-in.api.ts";
import { ssoRoutes } from "./federation/sso.api.ts";
import { assignmentRoutes } from "./grant/assignment.api.ts";
import { grantRoutes } from "./grant/grant.api.ts";
import { groupRoutes } from "./group/group.api.ts";
import { memberRoutes } from "./group/member.api.ts";
import { keep } from "./keepers.ts";
import type { IdentityScope } from "./kit.ts";
import { accessRoutes } from "./oauth1/access.api.ts";
import { consumerRoutes } from "./oauth1/consumer.api.ts";
import { requestRoutes } from "./oauth1/request.api.ts";
import { oauth2Routes } from "./oauth2/oauth2.api.ts";
import { identityOffer } from "./offer.ts";
import { projectRoutes } from "./project/project.api.ts";
import { tagRoutes } from "./project/tag.api.ts";
import { registryTokenRoutes } from "./registry/registry-token.api.ts";
import { impliedRoutes } from "./role/implied.api.ts";
import { roleRoutes } from "./role/role.api.ts";
import { samlRoutes } from "./saml/saml.api.ts";
import { revocationEventRoutes } from "./token/event.api.ts";
import { turnKeys } from "./token/keys.loop.ts";
import { loginRoutes } from "./token/login.api.ts";
import { forgetRevocations } from "./token/revocations.loop.ts";
import { tokenRoutes } from "./token/token.api.ts";
import { trustRoleRoutes } from "./trust/role.api.ts";
import { trustRoutes } from "./trust/trust.api.ts";
import { forgetTrusts } from "./trust/trusts.loop.ts";
import { passwordRoutes } from "./user/password.api.ts";
import { userRoutes } from "./user/user.api.ts";
import { versionRoutes } from "./version/version.api.ts";
import { versions } from "./versions.ts";

export const identity = service<IdentityScope>({
  type: "identity",
  mounts: ["/identity", ""],
  root: "/v3",
  slashAtEnd: "ignored",
  versions,
  routes: [
    ...versionRoutes,
    ...loginRoutes,
    ...tokenRoutes,
    ...revocationEventRoutes,
    ...userRoutes,
    ...passwordRoutes,
    ...credentialRoutes,
    ...ec2Routes,
    ...signedRoutes,
    ...applicationCredentialRoutes,
    ...accessRuleRoutes,
    ...trustRoutes,
    ...trustRoleRoutes,
    ...groupRoutes,
    ...memberRoutes,
    ...projectRoutes,
    ...tagRoutes,
    ...domainRoutes,
    ...domainConfigRoutes,
    ...roleRoutes,
    ...impliedRoutes,
    ...grantRoutes,
    ...assignmentRoutes,
    ...catalogRoutes,
    ...providerRoutes,
    ...protocolRoutes,
    ...mappingRoutes,
    ...serviceProviderRoutes,
    ...signInRoutes,
    ...ssoRoutes,
    ...samlRoutes,
    ...oauth2Routes,
    ...registryTokenRoutes,
    ...consumerRoutes,
    ...requestRoutes,
    ...accessRoutes,
  ],
  sagas: [],
  loops: [forgetAttempts, turnKeys, forgetRevocations, forgetTrusts, watchDirectories],
  migrations: new URL("./migrations/", import.meta.url),
  offer: { identity: identityOffer },
  tells: ["token.revoked", "catalog.changed", "identity.changed", "domain.configured"],
  atOnce: ["token.revoked", "catalog.changed"],
  foreign: 403,
  error: errorBody,
  begin: keep,
});
