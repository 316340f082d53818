import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";

/** What qemu-img calls the formats. */
const names: Readonly<Record<string, string>> = { vhd: "vpc", ploop: "parallels" };

interface Info {
  readonly "virtual-size": number;
  readonly "backing-filename"?: string;
  readonly "format-specific"?: {
    readonly data?: { readonly "data-file"?: string; readonly extents?: readonly { readonly filename: string }[] };
  };
}
/** A cylinder of a disk of the old kind: by so much a size may be rounded. */
const cylinder = 16 * 255 * 512;

/**
 * What QEMU would do with bytes that the inspector let pass: undefined if that is harmless (it stands alone and is no larger
 * than was said, or cannot be opened at all), else why it is not.
 */
export async function escapes(path: string, bytes: Buffer, format: string, virtual: number) {
  await writeFile(path, bytes);
  const args = [
    "--as=1073741824",
    "--cpu=10",
    "qemu-img",
    "info",
    "-f",
    names[format] ?? format,
    "--output=json",
    path,
  ];
  const said = await promisify(execFile)("prlimit", args, { timeout: 20_000 }).then(
    ({ stdout }) => stdout,
    (why: { killed?: boolean; signal?: string }) => (why.killed || why.signal ? "killed" : ""),
  );
  if (said === "killed") return "QEMU does not come to an end with it";
  if (said === "") return undefined;
  const info = JSON.parse(said) as Info;
  const data = info["format-specific"]?.data;
  if (info["backing-filename"]) return `it lies over ${info["backing-filename"]}`;
  if (data?.["data-file"]) return `its data are in ${data["data-file"]}`;
  const elsewhere = data?.extents?.find(({ filename }) => filename !== path);
  if (elsewhere) return `it goes on in ${elsewhere.filename}`;
  if (info["virtual-size"] > virtual + cylinder) return `it is ${info["virtual-size"]} bytes large, not ${virtual}`;
  return undefined;
}
