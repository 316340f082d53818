import { guestGroup, run } from "#agent/netns.ts";

export interface FirewallWish {
  readonly namespace?: string;
  readonly table: string;
  /** Lets what comes from this range out into the world under the host's own address. */
  readonly masquerade: { readonly cidr: string; readonly device: string } | null;
}

/**
 * The userspace switch reads packets from the guests' devices beside the host's network stack, which would read them too:
 * without this a guest could talk to the host itself, past its security groups.
 */
export async function putFirewall({ namespace, table, masquerade }: FirewallWish): Promise<void> {
  const rules = [
    "chain guests { type filter hook prerouting priority raw; policy accept;",
    `iifgroup ${guestGroup} drop`,
    "}",
    ...(masquerade ? masqueradeRules(masquerade.cidr, masquerade.device) : []),
  ];
  const input = [`table inet ${table} {}`, `flush table inet ${table}`, `table inet ${table} {`, ...rules, "}", ""];
  await run(["nft", "-f", "-"], { namespace, input: input.join("\n") });
  if (masquerade) await run(["sysctl", "-qw", "net.ipv4.ip_forward=1"], { namespace });
}

const masqueradeRules = (cidr: string, device: string) => [
  "chain out { type nat hook postrouting priority srcnat; policy accept;",
  `ip saddr ${cidr} oifname != "${device}" masquerade`,
  "}",
];

export async function dropFirewall({ namespace, table }: Omit<FirewallWish, "masquerade">): Promise<void> {
  const input = `table inet ${table} {}\ndelete table inet ${table}\n`;
  await run(["nft", "-f", "-"], { namespace, input });
}
