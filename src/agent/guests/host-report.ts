import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { arch, cpus, totalmem } from "node:os";
import type { HostReport } from "#services/compute/driver.ts";
import { run } from "./run.ts";

/** What this host has, as it is now. */
export async function reportHost(name: string, ip: string, state: string, program: string): Promise<HostReport> {
  const disk = await statfs(state);
  const cpu = describeCpu();
  return {
    name,
    ip,
    vcpus: cpus().length,
    memoryMib: Math.floor(totalmem() / 2 ** 20),
    diskGib: Math.floor((disk.blocks * disk.bsize) / 2 ** 30),
    hypervisorType: "QEMU",
    hypervisorVersion: await versionOf(program),
    cpuInfo: cpu,
    traits: [...computeTraits, ...cpuTraits(cpu.features)],
    bootedAt: bootTime(),
  };
}

const versions = new Map<string, Promise<number>>();

/** Asked once: reports are made every few seconds. */
function versionOf(program: string): Promise<number> {
  const known = versions.get(program) ?? run(program, ["--version"]).then(versionNumber);
  versions.set(program, known);
  known.catch(() => versions.delete(program));
  return known;
}

/** When the kernel says that it started. */
function bootTime(): string | undefined {
  const seconds = /^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1];
  return seconds ? new Date(Number(seconds) * 1000).toISOString() : undefined;
}

/** "QEMU emulator version 7.2.22" → 7002022. */
export function versionNumber(text: string): number {
  const [, major, minor, micro] = /version (\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return Number(major ?? 0) * 1_000_000 + Number(minor ?? 0) * 1000 + Number(micro ?? 0);
}

function describeCpu() {
  const text = readFileSync("/proc/cpuinfo", "utf8");
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(text)?.[1] ?? "";
  return {
    arch: arch() === "x64" ? "x86_64" : arch(),
    model: field("model name"),
    vendor: field("vendor_id"),
    topology: { cells: 1, sockets: 1, cores: cpus().length, threads: 1 },
    features: field("flags").split(" "),
  };
}

const computeTraits = [
  "COMPUTE_NODE",
  "COMPUTE_NET_ATTACH_INTERFACE",
  "COMPUTE_NET_VIF_MODEL_VIRTIO",
  "COMPUTE_STORAGE_BUS_VIRTIO",
  "COMPUTE_IMAGE_TYPE_QCOW2",
  "COMPUTE_IMAGE_TYPE_RAW",
];

/** The kernel's words for CPU features, and placement's. */
const traitOfFlag: Readonly<Record<string, string>> = {
  sse: "SSE",
  sse2: "SSE2",
  ssse3: "SSSE3",
  sse4_1: "SSE41",
  sse4_2: "SSE42",
  aes: "AESNI",
  avx: "AVX",
  avx2: "AVX2",
  avx512f: "AVX512F",
  bmi1: "BMI",
  bmi2: "BMI2",
  f16c: "F16C",
  fma: "FMA3",
  pclmulqdq: "CLMUL",
  sha_ni: "SHA",
  svm: "SVM",
  vmx: "VMX",
};

function cpuTraits(flags: readonly string[]): string[] {
  return flags.flatMap((flag) => (traitOfFlag[flag] ? [`HW_CPU_X86_${traitOfFlag[flag]}`] : []));
}
