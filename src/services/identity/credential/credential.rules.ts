import { rules } from "#platform/api/rules.ts";
import { outsideDomains } from "../scope.rules.ts";

const admin = "rule:admin_required";
const reader = `${admin} or (role:reader and system_scope:all)`;
const owner = "user_id:%(target.credential.user_id)s";

export const credentialRules = rules("identity", {
  get_credential: [`${reader} or ${owner}`, "Show one credential."],
  list_credentials: [`${reader} or ${owner}`, "List credentials."],
  create_credential: [`${admin} or ${owner}`, "Keep a credential."],
  update_credential: [`${admin} or ${owner}`, "Change a credential."],
  delete_credential: [`${admin} or ${owner}`, "Delete a credential."],
  ec2_get_credential: [outsideDomains(`${reader} or ${owner}`), "Show one EC2 key pair."],
  ec2_list_credentials: [outsideDomains(`${reader} or rule:owner`), "List a user's EC2 key pairs."],
  ec2_create_credential: [outsideDomains(`${admin} or (role:member and ${owner})`), "Make an EC2 key pair."],
  ec2_delete_credential: [outsideDomains(`${admin} or (role:member and ${owner})`), "Delete an EC2 key pair."],
  ec2tokens_validate: [`${admin} or role:service`, "Turn a request that was signed with an EC2 key into a token."],
  s3tokens_validate: [`${admin} or role:service`, "Turn a request that was signed for S3 into a token."],
});
