import { Type } from "typebox";
import { badRequest, conflict, forbidden, notFound } from "#platform/api/errors.ts";
import { shapes } from "#platform/api/versions.ts";
import type { Ctx } from "#platform/service/kit.ts";
import { isAdmin } from "../actor.ts";
import { load, type OfImage } from "../image/image.load.ts";
import { moment } from "../image/image.view.ts";
import { type ImageScope, route } from "../kit.ts";
import { rule } from "../rules.ts";
import { changeMember, deleteMember, findMember, insertMember, listMembers } from "./member.store.ts";
import { type Member, type MemberStatus, memberStatuses } from "./member.ts";

const many = "/images/{image_id}/members";
const one = `${many}/{member_id}` as const;
const newMember = shapes<{ member: string }>({
  "2.16": Type.Object({ member: Type.String({ minLength: 1, maxLength: 255 }) }, { additionalProperties: true }),
});
const newStatus = shapes<{ status: string }>({
  "2.16": Type.Object({ status: Type.String() }, { additionalProperties: true }),
});

export const memberRoutes = [
  route({ on: `GET ${many}`, rule: rule.get_members, of: load, run: list }),
  route({ on: `POST ${many}`, rule: rule.add_member, body: newMember, of: load, run: add }),
  route({ on: `GET ${one}`, rule: rule.get_member, of: load, run: show }),
  route({ on: `PUT ${one}`, rule: rule.modify_member, body: newStatus, of: ofMember, run: update }),
  route({ on: `DELETE ${one}`, rule: rule.delete_member, status: { "2.16": 204 }, of: load, run: remove }),
];

type Own = Ctx<ImageScope>;
interface Named {
  readonly path: { readonly image_id: string; readonly member_id: string };
}

async function list(ctx: Own, { image, projectId }: OfImage) {
  requireShared({ image });
  const { actor } = ctx;
  const all = await listMembers(ctx.db, image.id);
  const mine =
    actor.projectId === projectId || isAdmin(actor) ? all : all.filter(({ memberId }) => memberId === actor.projectId);
  return { members: mine.map(shown), schema: "/v2/schemas/members" };
}

function requireShared({ image }: Pick<OfImage, "image">) {
  if (image.visibility !== "shared") throw forbidden("Only shared images have members.");
}

async function add({ db, now }: Own, { image }: OfImage, { body: { member } }: { body: { member: string } }) {
  requireShared({ image });
  const it: Member = { imageId: image.id, memberId: member, status: "pending", createdAt: now, updatedAt: now };
  if (!(await insertMember(db, it))) throw conflict(`Image member ${member} already exists for image ${image.id}.`);
  return shown(it);
}

async function show({ db, actor }: Own, { image, projectId }: OfImage, { path }: Named) {
  const isOwner = actor.projectId === projectId || isAdmin(actor);
  if (!isOwner && path.member_id !== actor.projectId) throw absent(path);
  return shown(await getMember(db, image.id, path));
}

async function getMember(db: Own["db"], imageId: string, path: Named["path"]): Promise<Member> {
  const it = await findMember(db, imageId, path.member_id);
  if (!it) throw absent(path);
  return it;
}

function absent({ image_id, member_id }: Named["path"]) {
  return notFound(`Member ${member_id} could not be found for image ${image_id}`);
}

/** Only the member itself says whether it accepts. */
async function ofMember(ctx: Own, input: Named): Promise<OfImage> {
  const it = await load(ctx, input);
  return { ...it, memberId: input.path.member_id };
}

async function update(
  { db, now }: Own,
  { image }: OfImage,
  { path, body: { status } }: Named & { body: { status: string } },
) {
  if (!(memberStatuses as readonly string[]).includes(status))
    throw badRequest(`Status must be "pending", "accepted" or "rejected".`);
  const it = await getMember(db, image.id, path);
  const to = { status: status as MemberStatus, updatedAt: now };
  await changeMember(db, it, to);
  return shown({ ...it, ...to });
}

async function remove({ db }: Own, { image }: OfImage, { path }: Named) {
  requireShared({ image });
  await deleteMember(db, await getMember(db, image.id, path));
}

function shown({ imageId, memberId, status, createdAt, updatedAt }: Member) {
  return {
    member_id: memberId,
    image_id: imageId,
    status,
    created_at: moment(createdAt),
    updated_at: moment(updatedAt),
    schema: "/v2/schemas/member",
  };
}
