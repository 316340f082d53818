import { isIP } from "node:net";
import { Refused } from "#platform/service/driver.ts";
import { isPublic, within } from "./address.ts";

/** What may be downloaded. Of an allowed and a disallowed list, the disallowed one counts only where the other is empty. */
export interface Filter {
  readonly allowedSchemes?: readonly string[];
  readonly disallowedSchemes?: readonly string[];
  readonly allowedHosts?: readonly string[];
  readonly disallowedHosts?: readonly string[];
  readonly allowedPorts?: readonly number[];
  readonly disallowedPorts?: readonly number[];
  /** Addresses, networks and names of hosts that may be asked although they are not public. */
  readonly inside?: readonly string[];
}
export interface Judged {
  readonly url: URL;
  /** Its host without an IPv6 address's brackets. */
  readonly host: string;
  readonly port: number;
}

/** The rules of what may be asked for. */
export function rulesOf(filter: Filter) {
  const schemes = filter.allowedSchemes ?? ["http", "https"];
  const ports = filter.allowedPorts ?? [80, 443];
  const hosts = (filter.allowedHosts ?? []).map(lower);
  const inside = (filter.inside ?? []).map(lower);
  const isInside = within(inside);
  const passes = <T>(it: T, allowed: readonly T[], disallowed: readonly T[] = []) =>
    allowed.length ? allowed.includes(it) : !disallowed.includes(it);
  return {
    /** A URL by its words alone; throws Refused. */
    judge(text: string): Judged {
      const it = read(text);
      const { url, host, port } = it;
      if (!["http:", "https:"].includes(url.protocol)) throw refused(text, "only http and https are spoken");
      if (url.username || url.password) throw refused(text, "it holds a user or a password");
      if (!passes(url.protocol.slice(0, -1), schemes, filter.disallowedSchemes))
        throw refused(text, "its scheme is not allowed");
      if (!passes(host, hosts, filter.disallowedHosts?.map(lower))) throw refused(text, "its host is not allowed");
      if (!passes(port, ports, filter.disallowedPorts)) throw refused(text, `its port ${port} is not allowed`);
      if (isIP(host)) this.requireAddress(host, host);
      return it;
    },
    /** An address that a host has; throws Refused for one that is not public, unless that is allowed. */
    requireAddress(host: string, address: string) {
      if (isPublic(address) || isInside(address) || inside.includes(host)) return;
      throw new Refused(`The host ${host} may not be asked: its address is not a public one.`);
    },
  };
}
export type Rules = ReturnType<typeof rulesOf>;

const lower = (text: string) => text.toLowerCase();

/** Addresses in other spellings (decimal, octal, hexadecimal) come out as everybody writes them. */
function read(text: string): Judged {
  if (!URL.canParse(text)) throw refused(text, "it is no URL");
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!host) throw refused(text, "it names no host");
  return { url, host, port };
}

function refused(text: string, why: string): Refused {
  return new Refused(`URI does not pass filtering: ${text.replace(/\/\/[^/@]*@/, "//")} (${why})`);
}
