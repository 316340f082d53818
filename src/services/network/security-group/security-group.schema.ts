import { attribute, boolean, readOnly, standardAttributes, text } from "../resource/attribute.ts";

export interface NewSecurityGroup {
  readonly name: string;
  readonly description: string;
  readonly stateful: boolean;
}

export const securityGroupAttributes = {
  ...standardAttributes,
  name: attribute(text(255), { default: "" }),
  stateful: attribute(boolean, { default: true }),
  security_group_rules: readOnly,
  shared: readOnly,
  is_default: readOnly,
  tags: readOnly,
};
