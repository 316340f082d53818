export const memberStatuses = ["pending", "accepted", "rejected"] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** A project with which an image is shared. */
export interface Member {
  readonly imageId: string;
  readonly memberId: string;
  readonly status: MemberStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
}
