/** What a project may have where nobody has said otherwise. */
export const quotaDefaults = {
  network: 100,
  subnet: 100,
  port: 500,
  router: 10,
  floatingip: 50,
  security_group: 10,
  security_group_rule: 100,
} as const;
export type QuotaName = keyof typeof quotaDefaults;
