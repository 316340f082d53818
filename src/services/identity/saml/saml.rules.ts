import { open } from "#platform/api/rules.ts";

export const samlRules = {
  assert: open("Take what another cloud may be told of the owner of a token, which stands in the body."),
  describe: open("Say what other clouds have to know of this one."),
};
