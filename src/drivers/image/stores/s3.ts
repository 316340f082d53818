import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Gone, Refused, Unavailable } from "#platform/service/driver.ts";
import { type Bounds, Full, type Store, type Stored } from "#services/image/driver.ts";
import type { ByteStore } from "./store.ts";
import { type Cut, takeIn } from "./take-in.ts";

export interface S3Store {
  readonly about: Store;
  readonly endpoint: string;
  readonly bucket: string;
  /** What the names of objects begin with. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}
const mebi = 2 ** 20;
const cut: Cut = { pieceBytes: 10 * mebi, pieces: 3, inTurn: false };
const mostParts = 10_000;

/** Keeps images as objects of a bucket. An object appears when its last part is there; parts without an end are traces too. */
export function s3Store({ about, endpoint, bucket, prefix, region, ...keys }: S3Store): ByteStore {
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    credentials: { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey },
  });
  const nameOf = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  const url = `s3://${about.id}/`;
  const size = async (key: string) =>
    (await client.send(new HeadObjectCommand(nameOf(key))).catch(meant))!.ContentLength ?? 0;
  return {
    about,
    size,
    put: (key, bytes, bounds) => put(client, nameOf(key), bytes, bounds).catch(meant),
    async open(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`;
      if (!range && (await size(key)) === 0) return Readable.from([]);
      const { Body } = (await client.send(new GetObjectCommand({ ...nameOf(key), Range })).catch(meant))!;
      return Body as Readable;
    },
    async delete(key) {
      await client.send(new DeleteObjectCommand(nameOf(key))).catch(unlessGone);
      for (const it of await unfinished(client, bucket, prefix + key).catch(meant))
        if (it.Key === prefix + key) await abort(client, nameOf(key), it.UploadId!);
    },
    async locate(key) {
      await size(key);
      return url + key;
    },
    keyOf: (path) => (path.startsWith(url) ? path.slice(url.length) : undefined),
    async traces() {
      const whole = (await objects(client, bucket, prefix).catch(meant)).map((name) => ({
        name,
        kind: "image object",
      }));
      const begun = (await unfinished(client, bucket, prefix).catch(meant)).map(({ Key }) => ({
        name: Key!,
        kind: "partial image object",
      }));
      return [...whole, ...begun].map(({ name, kind }) => {
        const key = name.slice(prefix.length);
        return { kind, key, subject: key, where: `${endpoint}/${bucket}/${name}` };
      });
    },
  };
}

interface Name {
  readonly Bucket: string;
  readonly Key: string;
}
interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

async function put(client: S3Client, name: Name, bytes: Readable, bounds: Bounds): Promise<Stored> {
  const limitBytes = Math.min(bounds.limitBytes, mostParts * cut.pieceBytes);
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(name));
  const Parts: Part[] = [];
  const send = async (Body: Buffer, at: number) => {
    const PartNumber = at / cut.pieceBytes + 1;
    const it = { ...name, UploadId, PartNumber, Body, ContentLength: Body.length };
    const { ETag } = await client.send(new UploadPartCommand(it), { abortSignal: bounds.signal });
    Parts.push({ PartNumber, ETag });
  };
  try {
    const stored = await takeIn(bytes, { ...bounds, limitBytes }, send, cut);
    if (Parts.length === 0) await putNothing(client, name, UploadId!);
    else
      await client.send(
        new CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload: { Parts: ordered(Parts) } }),
      );
    return stored;
  } catch (why) {
    await abort(client, name, UploadId!).catch(() => {});
    throw why;
  }
}

function ordered(parts: readonly Part[]): Part[] {
  return [...parts].sort((a, b) => a.PartNumber - b.PartNumber);
}

/** An upload in parts has one at least. */
async function putNothing(client: S3Client, name: Name, uploadId: string) {
  await abort(client, name, uploadId);
  await client.send(new PutObjectCommand({ ...name, Body: new Uint8Array(0), ContentLength: 0 }));
}

function abort(client: S3Client, name: Name, UploadId: string) {
  return client.send(new AbortMultipartUploadCommand({ ...name, UploadId })).catch(unlessGone);
}

async function objects(client: S3Client, Bucket: string, Prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    names.push(...(page.Contents ?? []).map(({ Key }) => Key!));
  return names;
}

async function unfinished(client: S3Client, Bucket: string, Prefix: string): Promise<MultipartUpload[]> {
  const all: MultipartUpload[] = [];
  let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (from) {
    const page: ListMultipartUploadsCommandOutput = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix, ...from }),
    );
    all.push(...(page.Uploads ?? []));
    const next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    from = page.IsTruncated ? next : undefined;
  }
  return all;
}

interface Answered extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What an answer of the service means to us; what is ours stays as it is. */
function meant(why: Answered): never {
  const status = why.$metadata?.httpStatusCode;
  if (!("$metadata" in why) && !("code" in why)) throw why;
  if (status === 404) throw new Gone(`the store does not have it: ${why.message}`);
  if (status === 507 || /QuotaExceeded|StorageFull|InsufficientCapacity/i.test(why.name)) throw new Full();
  if (status === undefined || status >= 500 || status === 429 || status === 403)
    throw new Unavailable(`The image store cannot be asked now: ${why.message}`);
  throw new Refused(`The image store refuses: ${why.message}`);
}

function unlessGone(why: Answered) {
  if (why.$metadata?.httpStatusCode !== 404) meant(why);
}
