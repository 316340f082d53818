import type { Named } from "../resource/resource.ts";

export interface SecurityGroup extends Named {
  readonly stateful: boolean;
  readonly isDefault: boolean;
  readonly realised: boolean;
}
