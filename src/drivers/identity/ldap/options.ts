import { Refused } from "#platform/service/driver.ts";

/** A domain's options of the group `ldap`, as they were written down or by default. */
export type Options = Readonly<Record<string, unknown>>;
export type Reader = ReturnType<typeof reader>;

/** Options come as what they are, or as the text that would stand in a file. */
export function reader(options: Options) {
  const text = (key: string) => {
    const it = options[key];
    return it === null || it === undefined || it === "" ? undefined : String(it);
  };
  const number = (key: string) => {
    const it = text(key);
    if (it === undefined) return undefined;
    if (!Number.isFinite(Number(it))) throw unusable(key, "is no number");
    return Number(it);
  };
  return {
    text,
    number,
    needed(key: string) {
      const it = text(key);
      if (it === undefined) throw unusable(key, "is missing");
      return it;
    },
    seconds: (key: string) => Math.max(0, number(key) ?? 0) * 1000,
    flag(key: string) {
      const it = text(key)?.toLowerCase() ?? "false";
      if (["true", "1", "yes", "on"].includes(it)) return true;
      if (["false", "0", "no", "off"].includes(it)) return false;
      throw unusable(key, "is neither true nor false");
    },
    list(key: string): readonly string[] {
      const it = options[key];
      const all = Array.isArray(it) ? it.map(String) : (text(key) ?? "").split(/[\s,]+/);
      return all.map((one) => one.trim()).filter((one) => one !== "");
    },
    choice<T extends string>(key: string, of: readonly T[]): T {
      const it = (text(key) ?? of[0]!).toLowerCase();
      const found = of.find((one) => one === it);
      if (!found) throw unusable(key, `is none of ${of.join(", ")}`);
      return found;
    },
  };
}

export function unusable(option: string, why: string) {
  return new Refused(`the option ${option} ${why}`);
}
